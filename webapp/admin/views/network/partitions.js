// The parts of the network as a field of cells: each as full as it has whole copies. One of them is told in words, under the
// pointer or moved to by keys, as a slider is.

import { el, svg, table } from '../../dom.js';
import { morphChildren } from '../../morph.js';
import { count, some } from '../../words.js';
import { host } from './servers.js';

const WIDE = 64; // cells a row
const NARROW = 32;
const NARROW_BELOW = 560; // pixels
const CELL = 10;
const SIDE = CELL - 2;
const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 'row up', ArrowDown: 'row down', Home: -Infinity, End: Infinity };

export class Partitions {
  #cells = [];
  #drawn = [];
  #columns = 0;
  #chosen = 0;
  #shown = 0;
  #copies = 0;
  #servers = new Map();
  #own;
  #cursor = svg('rect', { class: 'cursor', width: CELL, height: CELL, rx: 2 });
  #picture = svg('svg', { class: 'parts', 'aria-hidden': 'true' });
  #slider = el('div', { class: 'field', role: 'slider', tabindex: 0, 'aria-label': 'Part', 'aria-valuemin': 1 }, this.#picture);
  #words = el('div', { class: 'part' });
  #key = el('ul', { class: 'key' });
  #table = el('div', {});

  /** `own` is this server's id. */
  constructor(own) {
    this.#own = own;
    this.#slider.addEventListener('keydown', (event) => this.#onKey(event));
    this.#slider.addEventListener('pointermove', (event) => this.#tell(this.#under(event)));
    this.#slider.addEventListener('pointerleave', () => this.#tell(this.#chosen));
    this.#slider.addEventListener('click', (event) => {
      this.#chosen = this.#under(event);
      this.#tell(this.#chosen);
    });
    new ResizeObserver(() => this.#lay()).observe(this.#slider);
  }

  get elements() {
    return [this.#slider, this.#key, this.#words,
      el('details', {}, el('summary', {}, 'As a table'), this.#table)];
  }

  /** This server's parts, how many of them have all the copies that the network can keep, and whether it has too few servers. */
  get own() {
    const own = this.#cells.filter((cell) => cell.whole !== null);
    const parts = (cells) => cells.reduce((sum, cell) => sum + cell.parts, 0);
    return {
      all: parts(own), whole: parts(own.filter((cell) => cell.whole >= cell.wanted)),
      copies: this.#copies, isShort: own.some((cell) => cell.wanted < this.#copies),
    };
  }

  /** Shows an answer of `network/partitions`; `servers` are those known by id. */
  draw(answer, servers) {
    this.#copies = answer.Copies;
    this.#servers = servers;
    this.#cells = cells(answer);
    this.#slider.setAttribute('aria-valuemax', this.#cells.length);
    this.#lay();
    this.#cells.forEach((cell, i) => {
      const { frame, level } = this.#drawn[i];
      const height = cell.whole === null ? 0 : SIDE * Math.min(1, cell.whole / this.#copies);
      frame.setAttribute('class', kind(cell));
      level.setAttribute('class', kind(cell));
      level.setAttribute('height', height);
      level.setAttribute('y', Number(frame.getAttribute('y')) + SIDE - height);
    });
    this.#chosen = Math.min(this.#chosen, this.#cells.length - 1);
    this.#shown = Math.min(this.#shown, this.#cells.length - 1);
    this.#count();
    this.#tell(this.#shown);
  }

  /** Places the cells anew where their number or that of the columns has changed. */
  #lay() {
    const columns = this.#slider.clientWidth < NARROW_BELOW ? NARROW : WIDE;
    if (columns === this.#columns && this.#drawn.length === this.#cells.length) {
      return;
    }
    this.#columns = columns;
    const rows = Math.ceil(this.#cells.length / columns);
    this.#picture.setAttribute('viewBox', `0 0 ${columns * CELL} ${Math.max(1, rows) * CELL}`);
    this.#drawn = this.#cells.map((cell, i) => {
      const { frame, level } = this.#drawn[i] ?? { frame: square(), level: square() };
      const x = i % columns * CELL + 1;
      const y = Math.floor(i / columns) * CELL + 1;
      frame.setAttribute('x', x);
      level.setAttribute('x', x);
      level.setAttribute('y', y + SIDE - Number(level.getAttribute('height')));
      frame.setAttribute('y', y);
      return { frame, level };
    });
    this.#picture.replaceChildren(svg('g', { class: 'frames' }, ...this.#drawn.map(({ frame }) => frame)),
      svg('g', { class: 'levels' }, ...this.#drawn.map(({ level }) => level)), this.#cursor);
    this.#tell(this.#shown);
  }

  #under(event) {
    const box = this.#picture.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / box.width * this.#columns);
    const row = Math.floor((event.clientY - box.top) / box.width * this.#columns);
    return this.#within(row * this.#columns + Math.max(0, Math.min(this.#columns - 1, column)));
  }

  #onKey(event) {
    const step = { 'row up': -this.#columns, 'row down': this.#columns }[KEYS[event.key]] ?? KEYS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.#chosen = this.#within(this.#chosen + step);
      this.#tell(this.#chosen);
    }
  }

  #within(cell) {
    return Math.max(0, Math.min(this.#cells.length - 1, cell));
  }

  #tell(number) {
    const cell = this.#cells[number];
    if (!cell) {
      return;
    }
    this.#shown = number;
    this.#cursor.setAttribute('x', number % this.#columns * CELL);
    this.#cursor.setAttribute('y', Math.floor(number / this.#columns) * CELL);
    const holders = cell.holders.map((id) => this.#holder(id));
    const copies = this.#told(cell);
    morphChildren(this.#words, [
      el('p', {}, el('strong', {}, cell.title), ` · ids from ${cell.from}… · ${some(cell.chunks, 'chunk', 'chunks')} here · ${copies}`),
      el('ol', {}, ...holders.map((words) => el('li', {}, words)))]);
    this.#slider.setAttribute('aria-valuenow', number + 1);
    this.#slider.setAttribute('aria-valuetext',
      `${cell.title}: ${some(cell.chunks, 'chunk', 'chunks')} here, ${copies}. Kept by ${holders.join(', ') || 'no server'}`);
  }

  #told(cell) {
    return cell.whole === null ? 'kept by others, who know how whole it is'
      : `${count(cell.whole)} of ${some(this.#copies, 'copy', 'copies')} known to be whole`;
  }

  #holder(id) {
    const server = this.#servers.get(id);
    const told = id === this.#own ? 'this server' : server && server.State !== 'active' ? server.State : '';
    return `${server ? host(server.Url) : id}${server ? `, zone ${server.Zone}` : ''}${told ? `, ${told}` : ''}`;
  }

  /** The legend, and what the picture shows as a table: parts by their number of whole copies. */
  #count() {
    const groups = new Map();
    for (const cell of this.#cells) {
      const group = groups.get(`${cell.whole} ${kind(cell)}`) ?? { cell, parts: 0, chunks: 0 };
      group.parts += cell.parts;
      group.chunks += cell.chunks;
      groups.set(`${cell.whole} ${kind(cell)}`, group);
    }
    const sorted = [...groups.values()].sort((one, other) => (other.cell.whole ?? -1) - (one.cell.whole ?? -1));
    const named = ({ whole }) => (whole === null ? 'kept by others' : `${count(whole)} of ${some(this.#copies, 'copy', 'copies')} whole`);
    morphChildren(this.#key, sorted.map(({ cell, parts }) => el('li', {}, this.#sample(cell), `${named(cell)}: ${count(parts)}`)));
    morphChildren(this.#table, [table('Parts by their whole copies', [
      { title: 'Copies known to be whole', cell: ({ cell }) => named(cell) },
      { title: 'Parts', kind: 'number', cell: ({ parts }) => count(parts) },
      { title: 'Chunks here', kind: 'number', cell: ({ chunks }) => count(chunks) },
    ], sorted, 'There are no parts.')]);
  }

  #sample(cell) {
    const height = cell.whole === null ? 0 : SIDE * Math.min(1, cell.whole / this.#copies);
    return svg('svg', { class: 'parts', viewBox: `0 0 ${CELL} ${CELL}`, 'aria-hidden': 'true' },
      svg('g', { class: 'frames' }, svg('rect', { class: kind(cell), x: 1, y: 1, width: SIDE, height: SIDE, rx: 1 })),
      svg('g', { class: 'levels' }, svg('rect', { class: kind(cell), x: 1, y: 1 + SIDE - height, width: SIDE, height, rx: 1 })));
  }
}

const square = () => svg('rect', { width: SIDE, height: SIDE, rx: 1 });

/** How a cell looks: as its copies are, against those that the network can keep as it is. */
function kind(cell) {
  return cell.whole === null ? 'elsewhere' : cell.whole >= cell.wanted ? 'whole' : cell.whole > 1 ? 'short' : 'last';
}

/** What there is to know of each row of an answer. */
function cells({ Each: each, Servers, Possible, Partitions: rows }) {
  const digits = Math.max(1, Math.ceil(Math.log2(rows.length) / 4));
  return rows.map((row, i) => ({
    title: each === 1 ? `Part ${count(i + 1)}` : `Parts ${count(i * each + 1)} to ${count((i + 1) * each)}`,
    from: Math.floor(i / rows.length * 16 ** digits).toString(16).padStart(digits, '0'),
    parts: each,
    chunks: row.Chunks,
    holders: row.Holders.map((place) => Servers[place]),
    whole: row.Whole,
    wanted: Possible,
  }));
}
