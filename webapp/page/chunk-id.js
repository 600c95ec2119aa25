// Ids of chunks: GUIDs made of the first 16 bytes of the SHA-256, with version 8 and the variant set (RFC 9562, 5.8).

export const ID_BYTES = 16;
export const MOST_BYTES = 65_536; // in a chunk
const GUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;
const DOT_NET_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** The id, 16 bytes, of the chunk that has this digest, 32 bytes. */
export function idOf(digest) {
  const id = digest.slice(0, ID_BYTES);
  id[6] = id[6] & 0x0f | 0x80;
  id[8] = id[8] & 0x3f | 0x80;
  return id;
}

/** Whether an id says that it follows from the bytes. */
export function isDerived(id) {
  return id[6] >> 4 === 8;
}

/** On the BSON wire the first three groups are little-endian; the order is its own inverse. */
export function dotNet(id) {
  return Uint8Array.from(DOT_NET_ORDER, (from) => id[from]);
}

/** 16 bytes, or null for a text that is no GUID. */
export function parseId(text) {
  const hyphens = text.split('-').length - 1;
  const braces = text.startsWith('{') || text.endsWith('}');
  const lawful = hyphens === 4 ? !braces || text.length === 38 : hyphens === 0 && !braces;
  const match = lawful ? GUID.exec(text) : null;
  return match && fromHex(match.slice(1).join(''));
}

/** Upper case with hyphens, as the original's manifests have it. */
export function formatId(id) {
  const hex = toHex(id).toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function fromHex(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes) {
  let hex = '';
  for (const byte of bytes) {
    hex += HEX[byte];
  }
  return hex;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
