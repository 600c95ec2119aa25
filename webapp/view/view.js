// Shows the object that stands behind the # of the address: what it is, and itself where that is safe.

import { copies } from '../page/copy.js';
import { digests } from '../page/digests.js';
import { Unknown, address, describe, isId, link } from '../page/object.js';
import { Passing } from '../page/tus.js';
import { bytes } from '../page/words.js';
import { preview } from './preview.js';

const byId = (id) => document.getElementById(id);
let turns = 0; // objects shown so far

async function show() {
  const turn = ++turns;
  const id = decodeURIComponent(location.hash.slice(1));
  delete document.documentElement.dataset.ready;
  for (const part of ['stage', 'note', 'actions', 'open', 'again', 'shared', 'beside']) {
    byId(part).hidden = true;
  }
  byId('stage').replaceChildren();
  byId('digests').replaceChildren();
  named('A shared file', 'Looking for it …');
  try {
    if (!isId(id)) {
      throw new Unknown('no id');
    }
    const object = await describe(id);
    if (turn === turns) {
      await present(object);
    }
  } catch (failure) {
    if (turn === turns) {
      refused(failure);
    }
  }
  if (turn === turns) {
    document.documentElement.dataset.ready = '';
  }
}

async function present(object) {
  const size = object.size === null ? '' : bytes(object.size);
  named(object.name ?? object.id, size ? `${size} · ${object.type}` : object.type);
  byId('download').href = `${address(object.id)}?download`;
  byId('download').setAttribute('aria-label', `Download ${object.name ?? 'the file'} ${size}`.trim());
  byId('link').value = link(object.id);
  byId('digests').append(digests(object));
  for (const part of ['actions', 'shared', 'beside']) {
    byId(part).hidden = false;
  }
  const { element, note, canOpen } = await preview(object);
  byId('open').hidden = !canOpen;
  byId('open').href = address(object.id);
  byId('stage').hidden = element === null;
  byId('stage').append(...(element ? [element] : []));
  noted(note);
  element?.addEventListener('error', () => {
    byId('stage').hidden = true;
    noted('This browser cannot show it. Download it to open it with another program.');
  });
}

function refused(failure) {
  const isPassing = failure instanceof Passing;
  named(isPassing ? 'Not to be had now' : 'There is no such file', isPassing ? `${failure.message}. It may be there in a moment.`
    : failure instanceof Unknown ? 'The link is not whole, nobody ever stored the file, or nobody asked for it for so long that it was let go.'
      : `Something unforeseen: ${failure}`);
  byId('again').hidden = !isPassing;
}

function named(name, about) {
  byId('name').textContent = name;
  document.title = `${name} · API Drive`;
  byId('about').textContent = about;
}

function noted(note) {
  byId('note').hidden = note === null;
  byId('note').textContent = note ?? '';
}

byId('again').addEventListener('click', show);
copies(byId('copy'), byId('link'), (words) => {
  byId('spoken').textContent = words;
});
document.querySelector('[data-skip]').addEventListener('click', (event) => {
  event.preventDefault(); // what stands behind the # is the file
  byId('main').focus();
});
addEventListener('hashchange', show);
show();
