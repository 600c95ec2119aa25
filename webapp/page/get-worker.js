// Reads a manifest and brings its files back: many chunks to an exchange, several exchanges at once, each chunk checked,
// written in order. In memory is only what is under way: LANES exchanges of at most 2 MiB.

import { idContract } from './contracts.js';
import { digestOf } from './digest.js';
import { Failure, Pace, Route } from './exchange.js';
import { Gate } from './gate.js';
import { readManifest } from './manifest-reader.js';
import { Reporter } from './reporter.js';
import { openSink } from './sinks.js';

const LANES = 4; // a browser opens six connections to a server; the rest is for the page
const ASKED_TOGETHER = 1_000; // ids of one exchange that asks which chunks are here

class Missing extends Error {
}

class Get {
  #next = 0;
  #written = Promise.resolve();

  constructor(manifest, gate, sink, report) {
    this.manifest = manifest;
    this.gate = gate;
    this.sink = sink;
    this.report = report;
    this.pace = new Pace();
    const say = (waiting) => report.waits(waiting);
    this.retrieve = new Route('retrieve', gate, this.pace, say);
    this.renew = new Route('renew', gate, new Pace(), say);
  }

  async run() {
    try {
      await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
    } catch (failure) {
      this.#next = this.manifest.count; // the other lanes are to fetch no more
      throw failure instanceof Missing ? new Failure(await this.#whatIsMissing(failure)) : failure;
    }
  }

  async #lane() {
    while (this.#next < this.manifest.count) {
      await this.gate.pass();
      const from = this.#next;
      const until = Math.min(this.manifest.count, from + this.pace.size);
      this.#next = until;
      const fetched = this.#fetch(from, until);
      const before = this.#written;
      this.#written = (async () => {
        const chunks = await fetched;
        await before;
        for (const chunk of chunks) {
          await this.sink.write(chunk);
        }
        this.report.mark('stored', from, until - from, chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      })();
      await this.#written;
    }
  }

  async #fetch(from, until) {
    const orders = Array.from({ length: until - from }, (_, i) => from + i);
    const results = await this.retrieve.post(orders.map((order) => [idContract(this.manifest.id(order))]));
    this.report.mark('cut', from, until - from);
    return Promise.all(results.map(async (result, i) => {
      if (result.status === 404) {
        throw new Missing(result.detail);
      }
      if (result.status !== undefined) {
        throw new Failure(`This node did not give a chunk (${result.status}): ${result.detail}`);
      }
      if (!this.manifest.accepts(orders[i], result.data.length, await digestOf(result.data))) {
        throw new Failure(`Chunk ${orders[i]} came with other bytes than the .apidrive file describes. Nothing of it was saved.`);
      }
      return result.data;
    }));
  }

  /** How many chunks are not here, and who else may have them. Asking renews the leases of those that are. */
  async #whatIsMissing(first) {
    let missing = 0;
    for (let from = 0; from < this.manifest.count; from += ASKED_TOGETHER) {
      const orders = Array.from({ length: Math.min(ASKED_TOGETHER, this.manifest.count - from) }, (_, i) => from + i);
      const results = await this.renew.post(orders.map((order) => [idContract(this.manifest.id(order))]));
      missing += results.filter((result) => result.status !== undefined).length;
    }
    const others = this.manifest.servers().filter((server) => server !== self.location.origin);
    const share = missing === 0 ? `A chunk could not be had (${first.message}).`
      : `${missing.toLocaleString('en-GB')} of ${this.manifest.count.toLocaleString('en-GB')} chunks `
        + `(${(100 * missing / this.manifest.count).toFixed(1)} %) are not on this node: they were never stored here, their lease has ended, or they are damaged.`;
    return `${share} ${others.length > 0
      ? `The .apidrive file also names ${others.join(', ')}: open one of these, or let the command line ask them all with java -jar apidrive.war get FILE.apidrive`
      : 'The .apidrive file names no other server. Whoever has the file can store it here again.'}`;
  }
}

let files = [];
const gates = new Map();

async function open(file) {
  try {
    files = await readManifest(file);
    self.postMessage({ type: 'opened', files: files.map((one) => ({ name: one.name, count: one.count, length: one.length(),
      unverifiable: one.unverifiable(), servers: one.servers() })) });
  } catch (failure) {
    self.postMessage({ type: 'unreadable', why: failure instanceof Failure ? failure.message : `Something unforeseen: ${failure}` });
  }
}

async function get(index, handle) {
  const gate = new Gate();
  gates.set(index, gate);
  const report = new Reporter({ index });
  let sink = null;
  try {
    sink = await openSink(handle, files[index].length());
    await new Get(files[index], gate, sink, report).run();
    const result = await sink.end();
    report.end({ type: 'done', ...result });
  } catch (failure) {
    gate.cancel();
    await sink?.abandon().catch(() => {}); // it is the failure before it that the user is to read
    report.end({ type: 'failed', why: failure instanceof Failure ? failure.message : `The file could not be written: ${failure.message ?? failure}` });
  }
}

self.addEventListener('message', ({ data: message }) => {
  if (message.type === 'open') {
    open(message.file);
  } else if (message.type === 'get') {
    get(message.index, message.handle);
  } else {
    gates.get(message.index)?.[message.type](); // pause, resume, cancel
  }
});
