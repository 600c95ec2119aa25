// The exchanges of an upload that can be resumed (tus 1.0), and what became of each.

import { Failure } from './exchange.js';

const SILENCE = 60_000; // ms without a byte on its way or an answer, after which an exchange is given up
const UPLOADS = new URL('../api/drive/upload', import.meta.url);
const FIELDS = { 'Tus-Resumable': '1.0.0' };

/** Something that waiting cures; `seconds` where the node says how long. */
export class Passing extends Error {
  constructor(why, seconds) {
    super(why);
    this.seconds = seconds;
  }
}

/** Another exchange was at the upload, or still is, and nothing of this one was taken. */
export class Crossed extends Passing {
}

/** The upload is unknown here, or was given up. */
export class Gone extends Error {
}

/** A proxy on the way takes no body as large as this. */
export class TooMuch extends Error {
}

/** Begins an upload of the file; as the others {url, offset, until, object}: `object` where the file is whole, else null. */
export function create(file, signal) {
  const field = (name, value) => `${name} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`;
  const metadata = [field('filename', file.name), ...(file.type ? [field('filetype', file.type)] : [])].join(',');
  return exchange('POST', UPLOADS, { 'Upload-Length': file.size, 'Upload-Metadata': metadata }, null, { signal });
}

/** Where the upload stands. */
export function look(url, signal) {
  return exchange('HEAD', url, {}, null, { signal });
}

/** Sends what follows from `offset` on; `progress` is told how many bytes of it have left this device. */
export function send(url, offset, part, signal, progress) {
  return exchange('PATCH', url, { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset }, part, { signal, progress });
}

/** Gives the upload up. What cannot be told to the node now it finds out by itself. */
export function end(url) {
  return exchange('DELETE', url, {}, null, {}).catch(() => {});
}

/** XMLHttpRequest, for fetch does not tell how much of a body is sent. */
function exchange(method, url, fields, body, { signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE);
    };
    const stop = () => request.abort();
    const ended = (settle) => () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      settle();
    };
    request.open(method, url);
    Object.entries({ ...FIELDS, ...fields }).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded }) => {
      alive();
      progress?.(loaded);
    };
    request.onload = ended(() => {
      try {
        resolve(understood(request, url, progress !== undefined));
      } catch (failure) {
        reject(failure);
      }
    });
    request.onabort = ended(() => reject(signal?.aborted ? signal.reason : new Passing('this node does not answer')));
    request.onerror = ended(() => reject(new Passing(navigator.onLine ? 'this node does not answer' : 'this device is offline')));
    signal?.addEventListener('abort', stop);
    alive();
    request.send(body);
  });
}

function understood(request, url, isPart) {
  const field = (name) => request.getResponseHeader(name);
  const status = request.status;
  if (status >= 200 && status < 300) {
    const here = new URL(field('Location') ?? url, UPLOADS);
    return { url: here.pathname, offset: Number(field('Upload-Offset')), until: Date.parse(field('Upload-Expires')),
      object: field('Object-Location') };
  }
  const isOurs = (field('Content-Type') ?? '').includes('problem+json');
  const why = isOurs && request.responseText ? JSON.parse(request.responseText).detail : request.statusText || 'it does not say why';
  if (status === 404 || status === 410) {
    throw new Gone(why);
  }
  if (status === 413 && isPart && !isOurs) {
    throw new TooMuch(why);
  }
  if (status === 507) {
    throw new Failure('This node is full: every slot is taken. Send the file to another node, or try again when leases have ended.');
  }
  if (status === 409) {
    throw new Crossed('the upload stands elsewhere than it should', 0);
  }
  if (status === 423 || status === 429 || status >= 500) {
    const asked = Number.parseInt(field('Retry-After') ?? '', 10);
    throw new (status === 423 ? Crossed : Passing)(why, Number.isNaN(asked) ? undefined : asked);
  }
  throw new Failure(`This node refused the file (${status}): ${why}`);
}
