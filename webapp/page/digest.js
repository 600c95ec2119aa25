// SHA-256: the browser's own where it has one. It has none for pages over plain http from another machine; there a library
// does the same more slowly, for no chunk goes unchecked.

export const DIGEST_BYTES = 32;
const subtle = globalThis.crypto?.subtle;
const library = subtle ? null : import('../lib/js-sha256.js');

/** The SHA-256 of bytes, 32 of them. */
export async function digestOf(data) {
  if (subtle) {
    return new Uint8Array(await subtle.digest('SHA-256', data));
  }
  await library; // not awaited above, for a worker that is not ready yet loses what it is sent
  return new Uint8Array(globalThis.sha256.arrayBuffer(data));
}
