// Holds work back while a transfer is paused, and ends it when it is cancelled.

export class Cancelled extends Error {
}

export class Gate {
  #open = Promise.resolve();
  #release = null;
  #abort = new AbortController();

  get signal() {
    return this.#abort.signal;
  }

  pause() {
    if (!this.#release) {
      this.#open = new Promise((resolve) => {
        this.#release = resolve;
      });
    }
  }

  resume() {
    this.#release?.();
    this.#release = null;
  }

  cancel() {
    this.#abort.abort(new Cancelled());
    this.resume();
  }

  /** Returns when work may go on; throws when there is none any more. */
  async pass() {
    await this.#open;
    this.#abort.signal.throwIfAborted();
  }

  /** Waits so long, or until `early` is settled, or throws when the work is cancelled. */
  wait(milliseconds, early = new Promise(() => {})) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      const end = () => {
        clearTimeout(timer);
        reject(this.#abort.signal.reason);
      };
      this.#abort.signal.addEventListener('abort', end, { once: true });
      early.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
