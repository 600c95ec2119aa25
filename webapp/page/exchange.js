// Sends contracts to a batch route of this node until each has its result: waits as a busy node asks, backs off while the
// network is away, sends again only what was not answered.

import { readDocuments } from './contracts.js';

const TOO_LARGE = 413;
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;
const GATEWAY_FAILURES = [502, 504];
const PATIENCE = 120_000; // ms for one exchange, also on a slow line
const FIRST_REST = 500; // ms after the first failure, then doubled
const LONGEST_REST = 30_000;

/** Something that waiting does not cure, in words for the user. */
export class Failure extends Error {
}

/** How many contracts an exchange takes: more while the node is quick, fewer on a slow line, where they would time out. */
export class Pace {
  static #QUICK = 500; // ms
  static #SLOW = 2_000;
  #most = 32; // 2 MiB of full chunks
  size = 4;

  took(contracts, milliseconds) {
    if (milliseconds > Pace.#SLOW) {
      this.size = Math.max(1, Math.min(this.size, contracts) >> 1);
    } else if (milliseconds < Pace.#QUICK && contracts >= this.size) {
      this.size = Math.min(this.#most, this.size * 2);
    }
  }

  /** A proxy on the way refused so large a body. */
  refused(contracts) {
    this.#most = Math.max(1, contracts >> 1);
    this.size = Math.min(this.size, this.#most);
  }
}

/** @param say told why it waits and for how many seconds; told null when it goes on */
export class Route {
  constructor(path, gate, pace, say) {
    this.url = new URL(`../api/drive/batch/${path}`, import.meta.url);
    this.gate = gate;
    this.pace = pace;
    this.say = say;
  }

  /** The results of contracts, each an array of byte arrays, in their order. Those that waiting would cure are asked again. */
  async post(contracts) {
    const results = new Array(contracts.length);
    let open = contracts.map((_, i) => i);
    for (let failures = 0; open.length > 0;) {
      await this.gate.pass();
      const answer = await this.#attempt(open.map((i) => contracts[i]));
      if (answer.isTooLarge && open.length > 1) {
        this.pace.refused(open.length);
        const half = open.length >> 1;
        const halves = [open.slice(0, half), open.slice(half)];
        for (const part of halves) {
          (await this.post(part.map((i) => contracts[i]))).forEach((result, i) => {
            results[part[i]] = result;
          });
        }
        return results;
      }
      if (answer.isTooLarge) {
        throw new Failure('A proxy before this node refuses bodies as small as one chunk (413): ask its operator to allow 4 MiB.');
      }
      let wait = answer.wait;
      let why = answer.why;
      const left = [];
      answer.documents?.forEach((document, i) => {
        if (document.status === TOO_MANY_REQUESTS || document.status === UNAVAILABLE) {
          left.push(open[i]);
          wait = Math.max(wait ?? 0, document.retryafter ?? 1);
          why = document.detail;
        } else {
          results[open[i]] = document;
        }
      });
      open = answer.documents ? left : open;
      if (open.length > 0) {
        failures = answer.documents && left.length < answer.documents.length ? 1 : failures + 1;
        await this.#rest(wait, why, failures);
      }
    }
    return results;
  }

  async #attempt(contracts) {
    const began = performance.now();
    let response;
    let body;
    try {
      response = await fetch(this.url, { method: 'POST', headers: { 'Content-Type': 'application/bson' },
        body: joined(contracts.flat()), signal: AbortSignal.any([this.gate.signal, AbortSignal.timeout(PATIENCE)]) });
      body = new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      this.gate.signal.throwIfAborted();
      return { why: navigator.onLine ? 'this node does not answer' : 'this device is offline', cause };
    }
    if (response.status === TOO_LARGE) {
      return { isTooLarge: true };
    }
    if (response.status === TOO_MANY_REQUESTS || response.status === UNAVAILABLE || GATEWAY_FAILURES.includes(response.status)) {
      const asked = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
      return { wait: Number.isNaN(asked) ? undefined : asked, why: detailOf(response, body) };
    }
    if (!response.ok) {
      throw new Failure(`This node answered ${response.status}: ${detailOf(response, body)}`);
    }
    const documents = understood(body, contracts.length);
    this.pace.took(contracts.length, performance.now() - began);
    return { documents };
  }

  /** As long as the node asks, else doubling, half of it left to chance; at once when the device is online again. */
  async #rest(asked, why, failures) {
    const most = Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(failures - 1, 10));
    const milliseconds = asked === undefined ? most / 2 + Math.random() * most / 2 : Math.max(1, asked) * 1_000;
    this.say({ why, seconds: milliseconds / 1_000 });
    const online = asked === undefined && new Promise((resolve) => {
      self.addEventListener('online', resolve, { once: true });
    });
    await this.gate.wait(milliseconds, online || undefined);
    this.say(null);
  }
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function understood(body, wanted) {
  let documents;
  try {
    documents = readDocuments(body);
  } catch (cause) {
    throw new Failure('This node’s answer cannot be read: is something else answering at its address?', { cause });
  }
  if (documents.length !== wanted) {
    throw new Failure(`This node answered ${documents.length} results for ${wanted} chunks.`);
  }
  return documents;
}

function detailOf(response, body) {
  try {
    const type = response.headers.get('Content-Type') ?? '';
    const problem = type.includes('bson') ? readDocuments(body)[0] : JSON.parse(new TextDecoder().decode(body));
    return problem.detail ?? response.statusText;
  } catch {
    return response.statusText || 'it does not say why';
  }
}
