// Bytes a second over the last few seconds, for a rate that neither jumps nor lies long after a pause.

const WINDOW = 5_000; // ms

export class Rate {
  #points = [];

  add(total, now = performance.now()) {
    this.#points.push({ total, now });
    while (this.#points.length > 2 && now - this.#points[0].now > WINDOW) {
      this.#points.shift();
    }
  }

  reset() {
    this.#points = [];
  }

  /** 0 while it is not known. */
  get perSecond() {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    return !first || last.now - first.now < 300 ? 0 : (last.total - first.total) * 1_000 / (last.now - first.now);
  }
}
