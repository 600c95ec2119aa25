// Files that are being stored, one after another, each by a worker of its own.

import { ChunkCard } from './chunk-card.js';
import { MOST_BYTES } from './chunk-id.js';

const VERBS = { doing: 'Storing', done: 'stored' };

export class Putting {
  #queue = [];
  #current = null;

  constructor(list) {
    this.list = list;
  }

  /** Whether something would be lost if the page were closed now. */
  get isBusy() {
    return this.#current !== null || this.#queue.length > 0 || this.unsaved > 0;
  }

  unsaved = 0;

  add(file) {
    const put = { file, card: new ChunkCard(this.list, file.name, VERBS) };
    put.card.sized(file.size, Math.ceil(file.size / MOST_BYTES));
    this.#enqueue(put);
  }

  #enqueue(put) {
    put.card.state('queued', 'In the queue');
    put.card.actions([{ label: 'Remove', act: () => this.#remove(put) }]);
    this.#queue.push(put);
    this.#advance();
  }

  #remove(put) {
    this.#queue = this.#queue.filter((other) => other !== put);
    put.card.remove();
  }

  #advance() {
    if (this.#current || this.#queue.length === 0) {
      return;
    }
    const put = this.#queue.shift();
    this.#current = put;
    put.worker = new Worker(new URL('put-worker.js', import.meta.url), { type: 'module' });
    put.worker.addEventListener('message', ({ data }) => this.#told(put, data));
    put.worker.addEventListener('error', () => this.#told(put, { type: 'failed', why: 'The page’s worker could not be started. Reload the page.' }));
    put.card.begin();
    this.#running(put);
    put.worker.postMessage({ type: 'put', file: put.file });
  }

  #running(put) {
    put.card.actions([{ label: 'Pause', act: () => this.#pause(put) }, { label: 'Cancel', kind: 'quiet', act: () => this.#cancel(put) }]);
  }

  #pause(put) {
    put.worker.postMessage({ type: 'pause' });
    put.card.state('paused', 'Paused');
    put.card.actions([{ label: 'Resume', kind: 'primary', act: () => {
      put.worker.postMessage({ type: 'resume' });
      put.card.state('busy', VERBS.doing);
      this.#running(put);
    } }, { label: 'Cancel', kind: 'quiet', act: () => this.#cancel(put) }]);
  }

  #cancel(put) {
    this.#end(put);
    put.card.remove();
  }

  #end(put) {
    put.worker.terminate();
    this.#current = null;
    this.#advance();
  }

  #told(put, message) {
    if (message.type === 'progress') {
      put.card.progressed(message);
    } else if (message.type === 'done') {
      this.unsaved++;
      put.card.done('Stored. Keep the .apidrive file: it is the only way back to your file.');
      const href = URL.createObjectURL(message.manifest);
      let isSaved = false;
      put.card.actions([{ label: 'Save .apidrive file', kind: 'primary', href, download: `${put.file.name}.apidrive`, act: () => {
        this.unsaved -= isSaved ? 0 : 1;
        isSaved = true;
      } }]);
      this.#end(put);
    } else {
      put.card.failed(message.why);
      put.card.actions([{ label: 'Try again', kind: 'primary', act: () => this.#enqueue(put) },
        { label: 'Remove', kind: 'quiet', act: () => put.card.remove() }]);
      this.#end(put);
    }
  }
}
