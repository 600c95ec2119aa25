// Files that become objects, some at a time, each with a link to share at its end.

import { copies } from './copy.js';
import { Cancelled } from './gate.js';
import { Failure } from './exchange.js';
import { describe, link } from './object.js';
import { UploadCard } from './upload-card.js';
import { Upload } from './upload.js';

const AT_ONCE = 3; // a browser opens six connections to a server; the rest is for the page

export class Sharing {
  #queue = [];
  #running = new Set();

  constructor(list) {
    this.list = list;
  }

  /** Whether something would stop if the page were closed now. */
  get isBusy() {
    return this.#running.size > 0 || this.#queue.length > 0;
  }

  add(file) {
    this.#enqueue({ file, card: new UploadCard(this.list, file) });
  }

  #enqueue(share) {
    share.card.state('queued', 'In the queue');
    share.card.actions([{ label: 'Remove', act: () => {
      this.#queue = this.#queue.filter((other) => other !== share);
      share.card.remove();
    } }]);
    this.#queue.push(share);
    this.#advance();
  }

  #advance() {
    while (this.#running.size < AT_ONCE && this.#queue.length > 0) {
      this.#run(this.#queue.shift());
    }
  }

  async #run(share) {
    this.#running.add(share);
    share.upload = new Upload(share.file, (news) => share.card.progressed(news));
    share.card.begin();
    this.#going(share);
    try {
      const object = await share.upload.run();
      this.#shown(share, object.slice(object.lastIndexOf('/') + 1));
    } catch (failure) {
      if (!(failure instanceof Cancelled)) {
        this.#failed(share, failure instanceof Failure ? failure.message : `Something unforeseen: ${failure}`);
      }
    }
    this.#running.delete(share);
    this.#advance();
  }

  #going(share) {
    share.card.actions([{ label: 'Pause', act: () => this.#pause(share) }, this.#cancel(share)]);
  }

  #pause(share) {
    share.upload.pause();
    share.card.state('paused', 'Paused');
    share.card.actions([{ label: 'Resume', kind: 'primary', act: () => {
      share.upload.resume();
      share.card.state('busy', share.card.verbs.doing);
      this.#going(share);
    } }, this.#cancel(share)]);
  }

  #cancel(share) {
    return { label: 'Cancel', kind: 'quiet', act: () => {
      share.upload.cancel();
      share.card.remove();
    } };
  }

  async #shown(share, root) {
    share.card.stored();
    share.card.actions([{ label: 'Open', href: link(root) }, { label: 'Remove from list', kind: 'quiet', act: () => share.card.remove() }]);
    const shared = document.getElementById('shared').content.cloneNode(true).firstElementChild;
    const field = shared.querySelector('input');
    field.value = link(root);
    copies(shared.querySelector('button'), field, (words) => share.card.say(words));
    share.card.add(shared);
    const object = await describe(root).catch(() => null); // the link is what counts
    share.card.described(object);
  }

  #failed(share, why) {
    share.card.failed(why);
    share.card.actions([{ label: 'Try again', kind: 'primary', act: () => this.#enqueue(share) },
      { label: 'Remove', kind: 'quiet', act: () => share.card.remove() }]);
  }
}
