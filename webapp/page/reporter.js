// Tells the page how a transfer is going, often enough to look alive and seldom enough to cost nothing.

const INTERVAL = 100; // ms

export class Reporter {
  #marks = [];
  #waiting = null;
  #timer = null;
  #hasEnded = false;
  #of;

  /** `of`: members that every message has, such as which file of a manifest is meant. */
  constructor(of = {}) {
    this.#of = of;
  }

  /** Chunks from this order on have come to a state, with so many bytes. */
  mark(state, from, count, bytes = 0) {
    this.#marks.push({ state, from, count, bytes });
    this.#soon();
  }

  /** {why, seconds} of a pause that the node or the network forces, null when it is over. */
  waits(waiting) {
    this.#waiting = waiting && { why: waiting.why, until: Date.now() + waiting.seconds * 1_000 };
    this.#soon();
  }

  /** The last message; what exchanges still under way mark after it is not told. */
  end(message) {
    clearTimeout(this.#timer);
    this.#send();
    this.#hasEnded = true;
    self.postMessage({ ...this.#of, ...message });
  }

  #soon() {
    if (!this.#hasEnded) {
      this.#timer ??= setTimeout(() => this.#send(), INTERVAL);
    }
  }

  #send() {
    this.#timer = null;
    self.postMessage({ ...this.#of, type: 'progress', marks: this.#marks, waiting: this.#waiting });
    this.#marks = [];
  }
}
