// Reads .apidrive files, also such as are written by hand: members in any case, entries in any order, ids in any spelling,
// with or without sizes and digests. A file of 50 GB has a manifest of 170 MB: it is read as a stream, and an entry is kept
// as 56 bytes of typed arrays, not as an object. Everything in it is untrusted.

import { DIGEST_BYTES } from './digest.js';
import { ID_BYTES, MOST_BYTES, equal, fromHex, idOf, isDerived, parseId } from './chunk-id.js';
import { Failure } from './exchange.js';

const MOST_ENTRY = 1 << 20; // characters
const ENTRY_DEPTH = 2; // entries stand in an array in an object

/** The chunks of all files of a manifest, in the sequence of their entries. */
class Entries {
  count = 0;
  orders = new Float64Array(1_024);
  sizes = new Int32Array(1_024); // -1: not known
  ids = new Uint8Array(1_024 * ID_BYTES);
  digests = new Uint8Array(1_024 * DIGEST_BYTES);
  isDigested = new Uint8Array(1_024);
  urls = new Int32Array(1_024);
  urlLists = [];
  #known = new Map();

  add(text) {
    const members = new Map(Object.entries(JSON.parse(text)).map(([name, value]) => [name.toLowerCase(), value]));
    const id = typeof members.get('id') === 'string' ? parseId(members.get('id')) : null;
    const order = members.get('order');
    const size = members.get('size') ?? -1;
    const digest = members.get('digest') ?? null;
    check(id, 'an entry has no Id that is a GUID');
    check(Number.isInteger(order) && order >= 0, 'an entry has no Order that is an integer from 0');
    check(Number.isInteger(size) && size >= -1 && size <= MOST_BYTES, `the chunk of order ${order} has a Size other than 0 to ${MOST_BYTES}`);
    check(digest === null || /^[0-9a-f]{64}$/i.test(digest), `the chunk of order ${order} has a Digest that is no SHA-256`);
    const urls = [...members.keys()].filter((name) => /^url\d{1,6}$/.test(name)).map((name) => members.get(name))
      .filter((url) => typeof url === 'string' && url.trim() !== '');
    check(urls.length > 0, `the chunk of order ${order} has no URL`);
    urls.forEach((url) => check(/^https?:\/\//i.test(url) && URL.canParse(url), `'${url}' is not an http or https URL`));
    this.#grow();
    this.orders[this.count] = order;
    this.sizes[this.count] = size;
    this.ids.set(id, this.count * ID_BYTES);
    if (digest !== null) {
      const bytes = fromHex(digest);
      check(!isDerived(id) || equal(idOf(bytes), id), `the chunk of order ${order} has an Id that follows from another Digest than its own`);
      this.digests.set(bytes, this.count * DIGEST_BYTES);
      this.isDigested[this.count] = 1;
    }
    const list = urls.join('\n');
    if (!this.#known.has(list)) {
      this.#known.set(list, this.urlLists.push(urls) - 1);
    }
    this.urls[this.count++] = this.#known.get(list);
  }

  #grow() {
    if (this.count === this.orders.length) {
      for (const name of ['orders', 'sizes', 'ids', 'digests', 'isDigested', 'urls']) {
        const larger = new this[name].constructor(this[name].length * 2);
        larger.set(this[name]);
        this[name] = larger;
      }
    }
  }
}

/** One file of a manifest: its chunks by order from 0. */
export class Manifest {
  #entries;
  #entryOf;

  constructor(name, entries, indices) {
    this.name = name;
    this.count = indices.length;
    this.#entries = entries;
    this.#entryOf = new Int32Array(this.count).fill(-1);
    for (const entry of indices) {
      const order = entries.orders[entry];
      check(order < this.count && this.#entryOf[order] === -1,
        `in '${name}' an order is missing or stands twice: ${this.count} chunks have the orders 0 to ${this.count - 1}`);
      this.#entryOf[order] = entry;
    }
  }

  id(order) {
    const at = this.#entryOf[order] * ID_BYTES;
    return this.#entries.ids.subarray(at, at + ID_BYTES);
  }

  /** Bytes of the chunk; -1 where the manifest does not say. */
  size(order) {
    return this.#entries.sizes[this.#entryOf[order]];
  }

  /** Its SHA-256; null where the manifest does not say. */
  digest(order) {
    const entry = this.#entryOf[order];
    return this.#entries.isDigested[entry] ? this.#entries.digests.subarray(entry * DIGEST_BYTES, (entry + 1) * DIGEST_BYTES) : null;
  }

  /** Whether bytes with this digest are the chunk, as far as the manifest can tell. */
  accepts(order, length, digest) {
    const size = this.size(order);
    const wanted = this.digest(order);
    return (size === -1 || size === length) && (!isDerived(this.id(order)) || equal(idOf(digest), this.id(order)))
      && (wanted === null || equal(wanted, digest));
  }

  /** How many chunks nothing in the manifest can check. */
  unverifiable() {
    return this.#ofAll((order) => !isDerived(this.id(order)) && this.digest(order) === null).length;
  }

  /** Bytes of the file; null where a size is not known. */
  length() {
    let sum = 0;
    for (let order = 0; order < this.count; order++) {
      if (this.size(order) === -1) {
        return null;
      }
      sum += this.size(order);
    }
    return sum;
  }

  /** The servers that any chunk names, each once. */
  servers() {
    const lists = new Set(this.#ofAll(() => true).map((order) => this.#entries.urls[this.#entryOf[order]]));
    return [...new Set([...lists].flatMap((list) => this.#entries.urlLists[list]).map((url) => new URL(url).origin))];
  }

  #ofAll(predicate) {
    const found = [];
    for (let order = 0; order < this.count; order++) {
      if (predicate(order)) {
        found.push(order);
      }
    }
    return found;
  }
}

/** The files that a manifest, a File, describes; throws Failure with words for the user. */
export async function readManifest(file) {
  const entries = new Entries();
  let skeleton;
  try {
    skeleton = JSON.parse(await skeletonOf(file, (text) => entries.add(text)));
  } catch (cause) {
    throw cause instanceof Failure ? cause : new Failure(`This is no .apidrive file: it is not JSON (${cause.message}).`, { cause });
  }
  check(skeleton !== null && typeof skeleton === 'object' && !Array.isArray(skeleton) && Object.keys(skeleton).length > 0,
    'it names no file');
  const files = Object.entries(skeleton).map(([name, indices]) => {
    check(Array.isArray(indices) && indices.every(Number.isInteger), `the value of '${name}' is not an array of chunks`);
    return new Manifest(name, entries, indices);
  });
  check(files.reduce((sum, one) => sum + one.count, 0) === entries.count, 'a file’s name stands twice');
  return files;
}

/** The document with the number of each entry in the entry's place: small, and JSON's own parser checks what is left. */
async function skeletonOf(file, onEntry) {
  let skeleton = '';
  let entry = '';
  let count = 0;
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  const reader = file.stream().pipeThrough(new TextDecoderStream('utf-8', { fatal: true })).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const text = piece.value;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const character = text[i];
      if (isString) {
        isString = isEscaped || character !== '"';
        isEscaped = !isEscaped && character === '\\';
      } else if (character === '"') {
        isString = true;
      } else if (character === '{' || character === '[') {
        if (depth === ENTRY_DEPTH && character === '{') {
          skeleton += text.slice(from, i);
          from = i;
        }
        check(++depth < 64, 'it is nested too deeply');
      } else if (character === '}' || character === ']') {
        depth--;
        if (depth === ENTRY_DEPTH && character === '}') {
          onEntry(entry + text.slice(from, i + 1));
          entry = '';
          skeleton += count++;
          from = i + 1;
        }
      }
    }
    if (depth > ENTRY_DEPTH) {
      entry += text.slice(from);
      check(entry.length < MOST_ENTRY, 'an entry is far too long');
    } else {
      skeleton += text.slice(from);
    }
  }
  return skeleton;
}

function check(holds, what) {
  if (!holds) {
    throw new Failure(`This .apidrive file cannot be used: ${what}.`);
  }
}
