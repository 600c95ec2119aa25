// A transfer of chunks, with a map of them.

import { Card } from './card.js';
import { ChunkMap } from './chunk-map.js';
import { bytes, count, plural } from './words.js';

export class ChunkCard extends Card {
  #done = 0;
  #chunks = { cut: 0, stored: 0, present: 0 };

  /** How much there is; `length` is null where that is not known. */
  sized(length, chunkCount) {
    this.length = length;
    this.count = chunkCount;
    this.map = new ChunkMap(this.root.querySelector('canvas'), chunkCount);
    this.text('size', `${length === null ? 'size not told' : bytes(length)} · ${plural(chunkCount, 'chunk', 'chunks')}`);
  }

  begin() {
    this.#done = 0;
    this.#chunks = { cut: 0, stored: 0, present: 0 };
    this.map = new ChunkMap(this.root.querySelector('canvas'), this.count);
    super.begin();
  }

  progressed({ marks, waiting }) {
    for (const mark of marks) {
      this.map.mark(mark.state, mark.from, mark.count);
      this.#chunks[mark.state] += mark.count;
      this.#done += mark.bytes;
    }
    this.advance(this.#done, waiting);
    const complete = this.#chunks.stored + this.#chunks.present;
    this.figures(this.count === 0 ? 1 : complete / this.count,
      `${count(complete)} of ${plural(this.count, 'chunk', 'chunks')} ${this.verbs.done}${this.#sentBefore()}`,
      this.length === null ? null : this.length - this.#done);
  }

  /** All is there. */
  done(words) {
    this.end(words, this.#done, this.#sentBefore());
  }

  #sentBefore() {
    return this.#chunks.present > 0 ? ` (${count(this.#chunks.present)} were here already)` : '';
  }
}
