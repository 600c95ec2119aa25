// Writes .apidrive files as the command line does: the original's members, then Size and Digest; a line a chunk.

import { MOST_BYTES, formatId, idOf, toHex } from './chunk-id.js';
import { DIGEST_BYTES } from './digest.js';

const ENTRIES = 4_096; // of one part: the browser keeps parts on disk when there are many

/** The manifest, a Blob, of a file whose chunks have these digests, one behind the other; `placesOf` tells the URLs of one by its order. */
export function manifestOf(name, size, digests, placesOf) {
  const count = digests.length / DIGEST_BYTES;
  const parts = [`{${JSON.stringify(name)}:[`];
  for (let from = 0; from < count; from += ENTRIES) {
    let text = '';
    for (let order = from; order < Math.min(count, from + ENTRIES); order++) {
      const digest = digests.subarray(order * DIGEST_BYTES, (order + 1) * DIGEST_BYTES);
      const bytes = Math.min(MOST_BYTES, size - order * MOST_BYTES);
      text += `\n${order > 0 ? ',' : ''}{"Id":"${formatId(idOf(digest))}","Order":${order},${placesOf(order).map((url, i) => `"URL${i + 1}":${JSON.stringify(url)},`).join('')}`
        + `"Size":${bytes},"Digest":"${toHex(digest)}"}`;
    }
    parts.push(new Blob([text]));
  }
  parts.push(']}\n');
  return new Blob(parts, { type: 'application/json' });
}
