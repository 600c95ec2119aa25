// The digests of an object, to be unfolded.

const ALGORITHMS = [['sha1', 'SHA-1'], ['sha256', 'SHA-256'], ['sha512', 'SHA-512']];

/** An element that names those which are known, and the root. */
export function digests(object) {
  const details = document.createElement('details');
  details.append(element('summary', 'Root and digests'));
  const list = element('dl', '');
  list.className = 'digests';
  for (const [name, title] of [['id', 'Root'], ...ALGORITHMS]) {
    if (object[name]) {
      const value = element('dd', '');
      value.append(element('code', object[name]));
      list.append(element('dt', title), value);
    }
  }
  details.append(list);
  return details;
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
