// One transfer as the user sees it: name, state, progress, figures, and the buttons that make sense now.

import { Rate } from './rate.js';
import { bytes, time } from './words.js';

const SPOKEN_EVERY = 10; // per cent: a screen reader is told of steps, not of each figure

export class Card {
  #rate = new Rate();
  #spoken = 0;
  #began = 0;
  #countdown = null;

  /** @param verbs what is done with it: {doing, done}, such as "Storing" and "stored" */
  constructor(list, name, verbs) {
    this.verbs = verbs;
    this.root = document.getElementById('transfer').content.cloneNode(true).firstElementChild;
    this.root.querySelector('h3').textContent = name;
    this.progress = this.root.querySelector('progress');
    this.progress.setAttribute('aria-label', `${verbs.doing} ${name}`);
    this.name = name;
    list.prepend(this.root);
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
    this.state('busy', this.verbs.doing);
    this.say('');
  }

  /** So many bytes are done; or it waits, {why, until}, and tries again then. What is paused shows as that. */
  advance(done, waiting) {
    const isHeld = this.root.dataset.state === 'paused';
    clearInterval(this.#countdown);
    if (waiting && !isHeld) {
      const show = () => this.root.dataset.state === 'paused' || this.state('waiting', `Waiting: ${waiting.why}. Trying again in ${
        time(Math.max(1, (waiting.until - Date.now()) / 1_000))}`);
      show();
      this.#countdown = setInterval(show, 1_000);
    } else if (!isHeld) {
      this.state('busy', this.verbs.doing);
      this.#rate.add(done);
    }
  }

  /** Shows which share is complete, 0 to 1, with `words` of it, its rate, and how long `left` bytes take; null where that is not known. */
  figures(share, words, left) {
    this.progress.value = share;
    const speed = this.#rate.perSecond;
    this.text('figures', `${Math.floor(100 * share)} % · ${words}${speed === 0 ? '' : ` · ${bytes(speed)}/s`}${
      left === null || speed === 0 ? '' : ` · ${time(left / speed)} left`}`);
    const step = Math.floor(10 * share) * SPOKEN_EVERY;
    if (step > this.#spoken) {
      this.#spoken = step;
      this.say(`${this.name}: ${step} per cent`);
    }
  }

  /** All is there: `done` bytes came or went since it began. */
  end(words, done, note = '') {
    clearInterval(this.#countdown);
    const seconds = (performance.now() - this.#began) / 1_000;
    this.progress.value = 1;
    this.text('figures', `${bytes(done)} in ${time(seconds)}, ${bytes(done / seconds)}/s${note}`);
    this.state('done', words);
    this.say(`${this.name}: ${words}`);
  }

  failed(why) {
    clearInterval(this.#countdown);
    this.state('failed', why);
    this.say(`${this.name}: ${why}`);
  }

  /** The buttons, each {label, kind, act} or, as a link, {label, kind, href, download}; the first that was named has the focus if any had. */
  actions(actions) {
    const bar = this.root.querySelector('[data-actions]');
    const hadFocus = bar.contains(document.activeElement);
    bar.replaceChildren(...actions.map((action) => {
      const element = document.createElement(action.href ? 'a' : 'button');
      element.className = `button ${action.kind ?? ''}`.trim();
      element.textContent = action.label;
      if (action.href) {
        element.href = action.href;
        if (action.download) {
          element.download = action.download;
        }
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

  text(name, text) {
    this.root.querySelector(`[data-${name}]`).textContent = text;
  }

  say(text) {
    document.getElementById('spoken').textContent = text;
  }
}
