// Brings one file to this node as an object, however often the line breaks on the way.

import { Failure } from './exchange.js';
import { Gate } from './gate.js';
import { forget, recall, remember } from './remembered.js';
import { Crossed, Gone, Passing, TooMuch, create, end, look, send } from './tus.js';

const FIRST_REST = 500; // ms after the first failure, then doubled
const LONGEST_REST = 30_000;
const LEAST_PART = 1024 ** 2;

export class Upload {
  #gate = new Gate();
  #url;
  #most = 64 * LEAST_PART; // bytes of an exchange: proxies bound its time, and some its size
  #pause = new AbortController();
  #failures = 0; // since the node last had more than before
  #stood = 0; // bytes that the node had then
  #hasSent = false; // something that the node may have taken
  #before = 0; // bytes that the node had before

  /**
   * `tell` is told {done, before, waiting}: bytes that are on this node or under way to it, those of them that were there before this
   * page sent any, and why it waits, {why, until}, or null.
   */
  constructor(file, tell) {
    this.file = file;
    this.tell = tell;
    this.#url = recall(file);
  }

  pause() {
    this.#gate.pause();
    this.#pause.abort(new Passing('paused', 0));
  }

  resume() {
    this.#pause = new AbortController();
    this.#failures = 0;
    this.#gate.resume();
  }

  /** Gives up what has been sent, too. */
  cancel() {
    this.#gate.cancel();
    forget(this.file);
    if (this.#url) {
      end(this.#url);
    }
  }

  /** The object's path, once all of it is durable. Throws a Failure, and Cancelled. */
  async run() {
    for (;;) {
      await this.#gate.pass();
      try {
        const object = await this.#attempt();
        forget(this.file);
        return object;
      } catch (problem) {
        await this.#cure(problem);
      }
    }
  }

  async #attempt() {
    let now = this.#url ? await look(this.#url, this.#signal()) : await create(this.file, this.#signal());
    this.#url = now.url;
    for (;;) {
      this.#before = this.#hasSent ? this.#before : now.offset;
      this.#told(now.offset);
      this.#failures = now.offset > this.#stood ? 0 : this.#failures;
      this.#stood = now.offset;
      if (now.object) {
        return now.object;
      }
      remember(this.file, this.#url, now.until);
      const from = now.offset;
      now = await this.#send(from);
    }
  }

  async #send(from) {
    try {
      const now = await send(this.#url, from, this.file.slice(from, from + this.#most), this.#signal(),
        (left) => this.#told(Math.min(this.file.size, from + left)));
      this.#hasSent = true;
      return now;
    } catch (problem) {
      this.#hasSent ||= !(problem instanceof Crossed);
      throw problem;
    }
  }

  #told(done, waiting = null) {
    this.tell({ done, before: this.#before, waiting });
  }

  #signal() {
    return AbortSignal.any([this.#gate.signal, this.#pause.signal]);
  }

  /** Returns when it is worth trying again, or throws. */
  async #cure(problem) {
    this.#gate.signal.throwIfAborted();
    if (problem instanceof Gone && this.#url) {
      forget(this.file);
      this.#url = null; // from the first byte on
      this.#hasSent = false;
      await this.#rest(new Passing('the upload is not known here any more', this.#failures === 0 ? 0 : undefined));
      return;
    }
    if (problem instanceof TooMuch && this.#most > LEAST_PART) {
      this.#most /= 2;
      return;
    }
    if (problem instanceof TooMuch) {
      throw new Failure('A proxy before this node refuses bodies as small as 1 MiB (413): ask its operator to allow 64 MiB.');
    }
    if (!(problem instanceof Passing)) {
      throw problem;
    }
    await this.#requireFile();
    if (!this.#pause.signal.aborted) {
      await this.#rest(problem);
    }
  }

  /** A file that has changed cannot be told from a line that breaks, but by reading it. */
  async #requireFile() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
    } catch (cause) {
      throw new Failure('The file was changed or moved while it was read. Choose it again.', { cause });
    }
  }

  /** As long as the node asks, else doubling, half of it left to chance; at once when the device is online again, or it was paused. */
  async #rest({ message, seconds }) {
    this.#failures++;
    const most = Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(this.#failures - 1, 10));
    const milliseconds = seconds === undefined ? most / 2 + Math.random() * most / 2 : seconds * 1_000;
    this.#told(this.#stood, { why: message, until: Date.now() + milliseconds });
    const early = new Promise((resolve) => {
      self.addEventListener('online', resolve, { once: true });
      this.#pause.signal.addEventListener('abort', resolve, { once: true });
    });
    await this.#gate.wait(milliseconds, early);
  }
}
