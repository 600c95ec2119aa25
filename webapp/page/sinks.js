// Where a file that comes back is written. Each has write, end (what the page is to do with it) and abandon.

import { Failure } from './exchange.js';

const FOLDER = 'apidrive'; // in the browser's private file system of this site
export const MOST_IN_MEMORY = 2 * 1024 ** 3; // bytes, where the browser has no place on disk for the page

/** The best that this browser has; `handle` is a file that the user chose, or null. */
export async function openSink(handle, length) {
  if (handle) {
    return new FileSink(await handle.createWritable());
  }
  if (navigator.storage?.getDirectory) {
    return PrivateSink.open(length);
  }
  if (length !== null && length > MOST_IN_MEMORY) {
    throw new Failure('This browser gives a page over plain http no place on disk, so it can take at most 2 GiB. '
      + 'Open this node over https, or use the command line: java -jar apidrive.war get FILE.apidrive');
  }
  return new MemorySink();
}

/** The file that the user chose. */
class FileSink {
  constructor(stream) {
    this.stream = stream;
  }

  write(data) {
    return this.stream.write(data);
  }

  async end() {
    await this.stream.close();
    return { isSaved: true };
  }

  async abandon() {
    await this.stream.abort();
  }
}

/** A file of the browser's own, handed over as a download when it is whole; the page removes it later. */
class PrivateSink {
  static async open(length) {
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    if (length !== null && length > quota - usage) {
      throw new Failure('This browser has not enough room for the file. Make room on the disk, or use the command line: '
        + 'java -jar apidrive.war get FILE.apidrive');
    }
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
    const name = crypto.randomUUID();
    navigator.locks.request(`${FOLDER}-${name}`, () => new Promise(() => {})); // held while the page is open
    const handle = await folder.getFileHandle(name, { create: true });
    return new PrivateSink(folder, handle, await handle.createSyncAccessHandle());
  }

  constructor(folder, handle, access) {
    this.folder = folder;
    this.handle = handle;
    this.access = access;
  }

  async write(data) {
    for (let at = 0; at < data.length;) {
      at += this.access.write(data.subarray(at));
    }
  }

  async end() {
    this.access.flush();
    this.access.close();
    return { file: await this.handle.getFile() };
  }

  async abandon() {
    this.access.close();
    await this.folder.removeEntry(this.handle.name);
  }
}

/** Blobs, for where there is nothing else. */
class MemorySink {
  #parts = [];
  #length = 0;

  async write(data) {
    this.#length += data.length;
    if (this.#length > MOST_IN_MEMORY) {
      throw new Failure('The file has more than the 2 GiB that this browser can take over plain http. Open this node over https.');
    }
    this.#parts.push(new Blob([data]));
  }

  async end() {
    return { file: new Blob(this.#parts) };
  }

  async abandon() {
    this.#parts = [];
  }
}

/** Removes files that pages left which are no longer open. */
export async function tidy() {
  if (!navigator.storage?.getDirectory || !navigator.locks) {
    return;
  }
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  const { held } = await navigator.locks.query();
  const inUse = new Set(held.map((lock) => lock.name));
  for await (const name of folder.keys()) {
    if (!inUse.has(`${FOLDER}-${name}`)) {
      await folder.removeEntry(name);
    }
  }
}
