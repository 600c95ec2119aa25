// A file on its way to becoming an object.

import { Card } from './card.js';
import { digests } from './digests.js';
import { bytes } from './words.js';

export class UploadCard extends Card {
  #before = 0; // bytes that were here before this page sent any

  constructor(list, file) {
    super(list, file.name, { doing: 'Uploading', done: 'uploaded' });
    this.length = file.size;
    this.text('size', bytes(file.size));
    this.root.querySelector('canvas').remove();
  }

  progressed({ done, before, waiting }) {
    this.#before = before;
    this.advance(done, waiting);
    this.figures(this.length === 0 ? 1 : done / this.length,
      `${bytes(done)} of ${bytes(this.length)} ${this.verbs.done}${this.#note()}`, this.length - done);
  }

  stored() {
    this.end('Uploaded. Whoever has the link has the file.', this.length - this.#before, this.#note());
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

  #note() {
    return this.#before > 0 ? ` (${bytes(this.#before)} were here already)` : '';
  }
}
