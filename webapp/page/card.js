// One transfer as the user sees it: name, state, progress, figures, and the buttons that make sense now.

import { ChunkMap } from './chunk-map.js';
import { Rate } from './rate.js';
import { bytes, count, plural, time } from './words.js';

const SPOKEN_EVERY = 10; // per cent: a screen reader is told of steps, not of each figure

export class Card {
  #rate = new Rate();
  #done = 0;
  #chunks = { cut: 0, stored: 0, present: 0 };
  #spoken = 0;
  #began = 0;
  #countdown = null;

  /** @param verbs what the chunks are in: {doing, done}, such as "Storing" and "stored" */
  constructor(list, name, verbs) {
    this.verbs = verbs;
    this.root = document.getElementById('transfer').content.cloneNode(true).firstElementChild;
    this.root.querySelector('h3').textContent = name;
    this.progress = this.root.querySelector('progress');
    this.progress.setAttribute('aria-label', `${verbs.doing} ${name}`);
    this.name = name;
    list.prepend(this.root);
  }

  /** How much there is; `length` is null where that is not known. */
  sized(length, chunkCount) {
    this.length = length;
    this.count = chunkCount;
    this.map = new ChunkMap(this.root.querySelector('canvas'), chunkCount);
    this.#text('size', `${length === null ? 'size not told' : bytes(length)} · ${plural(chunkCount, 'chunk', 'chunks')}`);
  }

  /** state: queued, ready, busy, paused, waiting, done or failed. */
  state(state, words) {
    this.root.dataset.state = state;
    this.root.querySelector('[data-state-words]').textContent = words;
    if (state !== 'busy') {
      this.#rate.reset();
    }
  }

  begin() {
    this.#began = performance.now();
    this.#done = 0;
    this.#chunks = { cut: 0, stored: 0, present: 0 };
    this.map = new ChunkMap(this.root.querySelector('canvas'), this.count);
    this.state('busy', this.verbs.doing);
    this.#say('');
  }

  progressed({ marks, waiting }) {
    for (const mark of marks) {
      this.map.mark(mark.state, mark.from, mark.count);
      this.#chunks[mark.state] += mark.count;
      this.#done += mark.bytes;
    }
    const isHeld = this.root.dataset.state === 'paused';
    clearInterval(this.#countdown);
    if (waiting && !isHeld) {
      const show = () => this.root.dataset.state === 'paused' || this.state('waiting', `Waiting: ${waiting.why}. Trying again in ${
        time(Math.max(1, (waiting.until - Date.now()) / 1_000))}`);
      show();
      this.#countdown = setInterval(show, 1_000);
    } else if (!isHeld) {
      this.state('busy', this.verbs.doing);
      this.#rate.add(this.#done);
    }
    this.#figures();
  }

  /** All is there. */
  done(words) {
    clearInterval(this.#countdown);
    const seconds = (performance.now() - this.#began) / 1_000;
    this.progress.value = 1;
    this.#text('figures', `${bytes(this.#done)} in ${time(seconds)}, ${bytes(this.#done / seconds)}/s${this.#sentBefore()}`);
    this.state('done', words);
    this.#say(`${this.name}: ${words}`);
  }

  failed(why) {
    clearInterval(this.#countdown);
    this.state('failed', why);
    this.#say(`${this.name}: ${why}`);
  }

  /** The buttons, each {label, kind, act} or, as a download, {label, kind, href, download}; the first that was named has the focus if any had. */
  actions(actions) {
    const bar = this.root.querySelector('[data-actions]');
    const hadFocus = bar.contains(document.activeElement);
    bar.replaceChildren(...actions.map((action) => {
      const element = document.createElement(action.href ? 'a' : 'button');
      element.className = `button ${action.kind ?? ''}`.trim();
      element.textContent = action.label;
      if (action.href) {
        element.href = action.href;
        element.download = action.download;
      } else {
        element.type = 'button';
      }
      element.setAttribute('aria-label', `${action.label}: ${this.name}`);
      if (action.act) {
        element.addEventListener('click', action.act);
      }
      return element;
    }));
    if (hadFocus) {
      bar.firstElementChild?.focus();
    }
  }

  remove() {
    clearInterval(this.#countdown);
    const next = this.root.nextElementSibling?.querySelector('button, a') ?? document.querySelector('main button');
    this.root.remove();
    next?.focus();
  }

  #figures() {
    const complete = this.#chunks.stored + this.#chunks.present;
    this.progress.value = this.count === 0 ? 1 : complete / this.count;
    const speed = this.#rate.perSecond;
    const left = this.length === null || speed === 0 ? '' : ` · ${time((this.length - this.#done) / speed)} left`;
    this.#text('figures', `${Math.floor(100 * this.progress.value)} % · ${count(complete)} of ${plural(this.count, 'chunk', 'chunks')} ${
      this.verbs.done}${this.#sentBefore()}${speed === 0 ? '' : ` · ${bytes(speed)}/s`}${left}`);
    const step = Math.floor(10 * this.progress.value) * SPOKEN_EVERY;
    if (step > this.#spoken) {
      this.#spoken = step;
      this.#say(`${this.name}: ${step} per cent`);
    }
  }

  #sentBefore() {
    return this.#chunks.present > 0 ? ` (${count(this.#chunks.present)} were here already)` : '';
  }

  #text(name, text) {
    this.root.querySelector(`[data-${name}]`).textContent = text;
  }

  #say(text) {
    document.getElementById('spoken').textContent = text;
  }
}
