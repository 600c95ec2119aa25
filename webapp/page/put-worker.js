// Stores one file: cuts it, digests each chunk, sends those that are not here yet, and writes the manifest. Of the file
// only what is under way is in memory: LANES exchanges of at most 2 MiB.

import { MOST_BYTES, idOf } from './chunk-id.js';
import { idContract, storeContract } from './contracts.js';
import { Failure, Pace, Route } from './exchange.js';
import { Gate } from './gate.js';
import { DIGEST_BYTES, digestOf } from './digest.js';
import { Keepers } from './keepers.js';
import { manifestOf } from './manifest-writer.js';
import { Reporter } from './reporter.js';

const LANES = 4; // a browser opens six connections to a server; the rest is for the page
const ASK_EVERY = 16; // exchanges, while nothing was found here
const NO_FREE_SLOT = 507;

class Put {
  #next = 0;
  #unasked = 0;
  #areKnown = true;

  constructor(file, gate) {
    this.file = file;
    this.gate = gate;
    this.count = Math.ceil(file.size / MOST_BYTES);
    this.digests = new Uint8Array(this.count * DIGEST_BYTES);
    this.keepers = new Keepers(new URL('..', import.meta.url).href.replace(/\/$/, ''), this.count);
    this.report = new Reporter();
    this.pace = new Pace();
    this.store = new Route('store', gate, this.pace, (waiting) => this.report.waits(waiting));
    this.renew = new Route('renew', gate, new Pace(), (waiting) => this.report.waits(waiting));
  }

  async run() {
    await this.keepers.discover(this.gate.signal);
    await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
    return manifestOf(this.file.name, this.file.size, this.digests, (order) => this.keepers.of(order));
  }

  async #lane() {
    while (this.#next < this.count) {
      await this.gate.pass();
      const from = this.#next;
      const until = Math.min(this.count, from + this.pace.size);
      this.#next = until;
      const chunks = await this.#cut(from, until);
      this.report.mark('cut', from, until - from);
      const missing = this.#isToAsk() ? await this.#missing(chunks) : chunks;
      await this.#send(missing);
    }
  }

  async #cut(from, until) {
    let bytes;
    try {
      bytes = new Uint8Array(await this.file.slice(from * MOST_BYTES, until * MOST_BYTES).arrayBuffer());
    } catch (cause) {
      throw new Failure('The file was changed or moved while it was read. Drop it again: what is the same is not sent twice.',
        { cause });
    }
    return Promise.all(Array.from({ length: until - from }, async (_, i) => {
      const data = bytes.subarray(i * MOST_BYTES, (i + 1) * MOST_BYTES);
      const digest = await digestOf(data);
      this.digests.set(digest, (from + i) * DIGEST_BYTES);
      return { order: from + i, data, id: idOf(digest) };
    }));
  }

  /** Asking costs a round trip, so it is done while it pays, as when an interrupted file is stored again. */
  #isToAsk() {
    this.#unasked = this.#areKnown ? 0 : this.#unasked + 1;
    return this.#unasked % ASK_EVERY === 0;
  }

  /** Those that are not here; the leases of the others are renewed by asking. */
  async #missing(chunks) {
    const results = await this.renew.post(chunks.map((chunk) => [idContract(chunk.id)]));
    const missing = chunks.filter((_, i) => results[i].status !== undefined);
    this.#areKnown = missing.length < chunks.length;
    chunks.filter((_, i) => results[i].status === undefined)
      .forEach((chunk) => this.report.mark('present', chunk.order, 1, chunk.data.length));
    return missing;
  }

  async #send(chunks) {
    if (chunks.length === 0) {
      return;
    }
    const results = await this.store.post(chunks.map((chunk) => storeContract(chunk.data)));
    results.forEach((result, i) => {
      if (result.status === NO_FREE_SLOT) {
        throw new Failure('This node is full: every slot is taken. Store the file on another node, or try again when leases have ended.');
      }
      if (result.status !== undefined) {
        throw new Failure(`This node refused a chunk (${result.status}): ${result.detail}`);
      }
      this.keepers.tell(chunks[i].order, result.holders);
      this.report.mark('stored', chunks[i].order, 1, chunks[i].data.length);
    });
  }
}

const gate = new Gate();
self.addEventListener('message', async ({ data: message }) => {
  if (message.type !== 'put') {
    gate[message.type](); // pause, resume, cancel
    return;
  }
  const put = new Put(message.file, gate);
  try {
    const manifest = await put.run();
    put.report.end({ type: 'done', manifest });
  } catch (failure) {
    gate.cancel();
    put.report.end({ type: 'failed', why: failure instanceof Failure ? failure.message : `Something unforeseen: ${failure}` });
  }
});
