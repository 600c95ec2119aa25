// A transfer's chunks as a field of cells, each for an equal share of them: seen (cut or fetched), stored, already there.

const CELLS = 240;
const GAP = 2;
const COLUMNS_WIDE = 60;

export class ChunkMap {
  #cells;
  #isDrawn = true;

  constructor(canvas, count) {
    this.canvas = canvas;
    this.count = count;
    this.#cells = Array.from({ length: Math.min(CELLS, count) }, () => ({ of: 0, cut: 0, stored: 0, present: 0 }));
    for (let order = 0; this.#cells.length > 0 && order < count; order++) {
      this.#cell(order).of++;
    }
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    new MutationObserver(() => this.#draw()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  mark(state, from, count) {
    for (let order = from; order < from + count; order++) {
      this.#cell(order)[state]++;
    }
    if (this.#isDrawn) {
      this.#isDrawn = false;
      requestAnimationFrame(() => this.#draw());
    }
  }

  #cell(order) {
    return this.#cells[Math.floor(order * this.#cells.length / this.count)];
  }

  #draw() {
    this.#isDrawn = true;
    const scale = devicePixelRatio;
    const width = this.canvas.clientWidth;
    const columns = width < 480 ? COLUMNS_WIDE / 2 : COLUMNS_WIDE;
    const side = width / columns;
    const height = Math.ceil(this.#cells.length / columns) * side;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    this.canvas.style.height = `${height}px`;
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(`--map-${name}`);
    const context = this.canvas.getContext('2d');
    context.scale(scale, scale);
    this.#cells.forEach((cell, i) => {
      const fill = (name, share) => {
        context.globalAlpha = share;
        context.fillStyle = colour(name);
        context.beginPath();
        context.roundRect(i % columns * side, Math.floor(i / columns) * side, side - GAP, side - GAP, 2);
        context.fill();
      };
      fill('empty', 1);
      fill('cut', cell.cut / cell.of);
      fill('present', cell.present / cell.of);
      fill('stored', cell.stored / cell.of);
    });
  }
}
