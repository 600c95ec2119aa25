// Files that are being brought back: a worker for each .apidrive file, a card for each file that it names.

import { ChunkCard } from './chunk-card.js';
import { plural } from './words.js';

const VERBS = { doing: 'Fetching', done: 'fetched and checked' };

export class Getting {
  #busy = 0;

  constructor(list) {
    this.list = list;
  }

  get isBusy() {
    return this.#busy > 0;
  }

  /** Reads the manifest and offers what it names. */
  open(manifest) {
    const reading = new ChunkCard(this.list, manifest.name, VERBS);
    reading.state('busy', 'Reading');
    const worker = new Worker(new URL('get-worker.js', import.meta.url), { type: 'module' });
    let gets = [];
    worker.addEventListener('message', ({ data: message }) => {
      if (message.type === 'opened') {
        reading.remove();
        gets = message.files.map((file, index) => this.#offer(worker, file, index));
        gets[0].card.root.querySelector('button').focus();
      } else if (message.type === 'unreadable') {
        reading.failed(message.why);
        reading.actions([{ label: 'Remove', act: () => reading.remove() }]);
      } else {
        this.#told(gets[message.index], message);
      }
    });
    worker.addEventListener('error', () => reading.failed('The page’s worker could not be started. Reload the page.'));
    worker.postMessage({ type: 'open', file: manifest });
  }

  #offer(worker, file, index) {
    const get = { worker, file, index, card: new ChunkCard(this.list, file.name, VERBS) };
    get.card.sized(file.length, file.count);
    const unchecked = file.unverifiable > 0 ? ` ${plural(file.unverifiable, 'chunk', 'chunks')} cannot be checked: the file gives neither digest nor derived id.` : '';
    get.card.state('ready', `Ready to fetch.${unchecked}`);
    this.#ready(get, 'Get file');
    return get;
  }

  #ready(get, label) {
    get.card.actions([{ label, kind: 'primary', act: () => this.#begin(get) },
      { label: 'Remove', kind: 'quiet', act: () => get.card.remove() }]);
  }

  async #begin(get) {
    let handle = null;
    if (window.showSaveFilePicker) {
      try {
        handle = await window.showSaveFilePicker({ suggestedName: plain(get.file.name) });
      } catch (failure) {
        if (failure.name === 'AbortError') {
          return; // the user thought better of it
        }
        handle = null; // the browser forbids it here: the file then comes as a download
      }
    }
    this.#busy++;
    get.card.begin();
    this.#running(get);
    get.worker.postMessage({ type: 'get', index: get.index, handle });
  }

  #running(get) {
    get.card.actions([{ label: 'Pause', act: () => this.#pause(get) }, this.#cancel(get)]);
  }

  #pause(get) {
    get.worker.postMessage({ type: 'pause', index: get.index });
    get.card.state('paused', 'Paused');
    get.card.actions([{ label: 'Resume', kind: 'primary', act: () => {
      get.worker.postMessage({ type: 'resume', index: get.index });
      get.card.state('busy', VERBS.doing);
      this.#running(get);
    } }, this.#cancel(get)]);
  }

  #cancel(get) {
    return { label: 'Cancel', kind: 'quiet', act: () => {
      get.isCancelled = true;
      get.worker.postMessage({ type: 'cancel', index: get.index });
      get.card.remove();
    } };
  }

  #told(get, message) {
    if (message.type === 'progress') {
      get.card.progressed(message);
      return;
    }
    this.#busy--;
    if (get.isCancelled) {
      return;
    }
    if (message.type === 'failed') {
      get.card.failed(message.why);
      this.#ready(get, 'Try again');
    } else if (message.isSaved) {
      get.card.done('Saved: every chunk was checked.');
      get.card.actions([{ label: 'Remove from list', kind: 'quiet', act: () => get.card.remove() }]);
    } else {
      get.card.done('Every chunk was checked. The browser saves it as a download.');
      get.card.actions([{ label: 'Save file again', href: URL.createObjectURL(message.file), download: plain(get.file.name) },
        { label: 'Remove from list', kind: 'quiet', act: () => get.card.remove() }]);
      get.card.root.querySelector('a').click();
    }
  }
}

/** A name from a manifest, which anybody may have written, as one that leads nowhere else. */
function plain(name) {
  return name.replace(/[/\\\p{Cc}]/gu, '_').replace(/^\.+$/, '_') || 'file';
}
