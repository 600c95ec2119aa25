// Uploads that were begun, by what tells one file from another, so that they go on after the page was closed.

const PREFIX = 'upload ';

const key = (file) => `${PREFIX}${file.name} ${file.size} ${file.lastModified} ${file.type}`;

/** The URL by which the upload of this file goes on, or null. */
export function recall(file) {
  return read(key(file))?.url ?? null;
}

/** Until then, a time in ms, the upload of this file goes on at that URL. */
export function remember(file, url, until) {
  try {
    localStorage.setItem(key(file), JSON.stringify({ url, until }));
  } catch {
    // without storage, or room in it, an upload goes on for as long as the page is open
  }
}

export function forget(file) {
  try {
    localStorage.removeItem(key(file));
  } catch {
    // then there is nothing to forget
  }
}

/** Forgets what has been given up since. */
export function tidy() {
  try {
    Object.keys(localStorage).filter((one) => one.startsWith(PREFIX) && !read(one)).forEach((one) => localStorage.removeItem(one));
  } catch {
    // then there is nothing to forget
  }
}

function read(one) {
  try {
    const entry = JSON.parse(localStorage.getItem(one));
    return typeof entry?.url === 'string' && entry.until > Date.now() ? entry : null;
  } catch {
    return null;
  }
}
