// What an object is, as this node tells, and the link by which it is shared.

import { Passing } from './tus.js';
import { toHex } from './chunk-id.js';

const ROOT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HASH = /^([0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i;
const API = new URL('../api/drive/', import.meta.url);

/** There is none. */
export class Unknown extends Error {
}

/** The address of its bytes; of its root, or one of its hashes. */
export function address(id) {
  return new URL(`object/${id}`, API).href;
}

/** The address of the page that shows it, on this node; on any other the same follows that one's own. */
export function link(id) {
  return new URL(`../view/#${id}`, import.meta.url).href;
}

/** Whether the text can name an object. */
export function isId(text) {
  return ROOT.test(text) || HASH.test(text);
}

/**
 * What the object is: {id, name, type, size, sha1, sha256, sha512}; its name and `sha1` are null where nobody knows them, its size
 * where a proxy keeps it back. Throws Unknown, and Passing where asking again may help.
 */
export async function describe(id) {
  const answer = await asked(address(id), 'HEAD');
  const field = (name) => answer.headers.get(name) ?? '';
  const digest = (algorithm) => {
    const base64 = new RegExp(`${algorithm}=:([^:]*):`).exec(field('Repr-Digest'))?.[1] ?? '';
    return toHex(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  };
  const sha256 = digest('sha-256');
  return { id, name: fileName(field('Content-Disposition')), type: field('Content-Type'),
    size: answer.headers.has('Content-Length') ? Number(field('Content-Length')) : null,
    sha256, sha512: digest('sha-512'), sha1: await sha1(sha256) };
}

/** As its name by the other hash tells. */
async function sha1(sha256) {
  try {
    const { Names: names } = await (await asked(new URL(`name/sha256?versionsOf=${sha256}`, API), 'GET')).json();
    return names[0]?.Sha1 ?? null;
  } catch {
    return null; // it is said besides
  }
}

async function asked(url, method) {
  let answer;
  try {
    answer = await fetch(url, { method, headers: { Accept: '*/*' }, cache: 'no-store' });
  } catch {
    throw new Passing(navigator.onLine ? 'This node does not answer' : 'This device is offline');
  }
  if (answer.status === 429 || answer.status >= 500) {
    throw new Passing('Servers that keep it do not answer now');
  }
  if (!answer.ok) {
    throw new Unknown(`this node answered ${answer.status}`);
  }
  return answer;
}

/** RFC 6266; the extended form, RFC 8187, counts. */
function fileName(disposition) {
  const extended = /;\s*filename\*=UTF-8''([^;]*)/i.exec(disposition);
  const simple = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition);
  return extended ? decodeURIComponent(extended[1]) : simple ? simple[1].replace(/\\(.)/g, '$1') : null;
}
