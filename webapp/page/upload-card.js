// A file on its way to becoming an object.

import { Card } from './card.js';
import { digests } from './digests.js';
import { bytes } from './words.js';

export class UploadCard extends Card {
  #from = Infinity; // bytes that were here when it began
  #done = 0;

  constructor(list, file) {
    super(list, file.name, { doing: 'Uploading', done: 'uploaded' });
    this.length = file.size;
    this.text('size', bytes(file.size));
    this.root.querySelector('canvas').remove();
  }

  begin() {
    this.#from = Infinity;
    this.#done = 0;
    super.begin();
  }

  progressed({ done, waiting }) {
    this.#done = done;
    this.#from = waiting ? this.#from : Math.min(this.#from, done);
    this.advance(this.#done, waiting);
    this.figures(this.length === 0 ? 1 : this.#done / this.length,
      `${bytes(this.#done)} of ${bytes(this.length)} ${this.verbs.done}${this.#before()}`, this.length - this.#done);
  }

  stored() {
    this.end('Uploaded. Whoever has the link has the file.', this.length - this.#from, this.#before());
  }

  /** Adds what belongs to it, before its figures. */
  add(element) {
    this.root.querySelector('footer').before(element);
  }

  /** Shows what became of it; null where that could not be found out. */
  described(object) {
    if (object) {
      this.text('size', `${bytes(this.length)} · ${object.type}`);
      this.add(digests(object));
    }
  }

  #before() {
    return this.#from > 0 && this.#from < Infinity ? ` (${bytes(this.#from)} were here already)` : '';
  }
}
