// One object: what it is, who keeps it alive, where its chunks are.

import * as api from '../../api.js';
import { confirmed } from '../../confirm.js';
import { card, el, facts, table } from '../../dom.js';
import { at, bytes, count, some } from '../../words.js';
import { copies } from './copies.js';

const TYPED = 8; // characters of a root that must be typed to delete its object

/** An element that shows the object with this root or hash; `back` leads to where it was found. */
export async function one(id, { attempt, tell, back, isShown }) {
  const object = await api.get(`objects/${id}`);
  const address = `../api/drive/object/${object.Root}`;
  const drop = async () => {
    if (await confirmed({
      title: 'Delete this object?', button: 'Delete', word: object.Root.slice(0, TYPED),
      text: `${object.FileName ?? object.Root}, ${bytes(object.Size)}. ${object.Names.length === 0 ? 'No name keeps it.'
        : `${some(object.Names.length, 'name means', 'names mean')} it${object.HasMore ? ' or more' : ''}, and will mean nothing.`} `
        + 'All servers forget it and free its space, but for chunks that something else holds.',
    })) {
      await attempt(async () => {
        const removed = await api.remove(`objects/${object.Root}`);
        await back();
        tell(`${object.FileName ?? object.Root} is deleted, with ${some(removed.Names, 'name', 'names')}.`);
      });
    }
  };
  return el('div', {},
    card(null,
      el('div', { class: 'head' }, el('h2', { tabindex: -1 }, object.FileName ?? 'An object without a file name'),
        el('button', { class: 'quiet small', type: 'button', click: back }, 'Back to the list')),
      facts([['Size', `${bytes(object.Size)}${object.Size < 1024 ? '' : ` (${count(object.Size)} bytes)`}`], ['Type', object.MediaType],
        ['Chunks', `${count(object.Chunks - 1)} and its root`],
        ['This server knows it until', object.ExpiresAt ? at(object.ExpiresAt) : null],
        ...[['Root', object.Root], ['SHA-1', object.Sha1], ['SHA-256', object.Sha256], ['SHA-512', object.Sha512]]
          .map(([name, value]) => [name, el('span', { class: 'mono' }, value)])]),
      el('div', { class: 'row end' },
        el('a', { class: 'button', href: `../view/#${object.Root}` }, 'Look at it'),
        el('a', { class: 'button', href: `${address}?download` }, 'Download'),
        el('button', { class: 'danger', type: 'button', click: drop }, 'Delete'))),
    card('What keeps it', names(object, attempt),
      object.HasMore ? el('p', { class: 'hint' }, `These are the first ${count(object.Names.length)}.`) : null,
      object.Silent.length ? el('p', { class: 'hint' },
        `${some(object.Silent.length, 'server does', 'servers do')} not answer: names that none but these keep are missing.`) : null),
    copies(object, attempt, isShown));
}

function names(object, attempt) {
  return table('Names', [
    { title: 'Namespace', kind: 'nowrap', cell: (name) => name.Namespace },
    { title: 'Name', kind: 'words', cell: (name) => name.Name },
    { title: 'Since', kind: 'nowrap', cell: (name) => at(name.MadeAt) },
    { title: 'Metadata', kind: 'words', cell: (name) => metadata(name.Metadata) },
    { title: 'Versions', kind: 'words', cell: (name) => versions(name, object, attempt) },
  ], object.Names, 'No name but its hashes, which keep it until it is deleted.');
}

function metadata(members) {
  const pairs = Object.entries(members);
  return pairs.length === 0 ? '–' : facts(pairs);
}

/** What the name meant before, when somebody wants to know. */
function versions(name, object, attempt) {
  const box = el('div', {});
  const show = () => attempt(async () => {
    const all = await api.versions(name.Namespace, name.Name);
    const what = (version) => (version.Deleted ? 'deleted'
      : version.Root === object.Root ? `this object, ${bytes(version.Size)}` : el('span', { class: 'mono' }, version.Root));
    box.replaceChildren(el('ol', { class: 'versions' }, ...all.map((version) => el('li', {}, `${at(version.MadeAt)}: `, what(version)))));
  });
  box.append(el('button', { class: 'small quiet', type: 'button', 'aria-label': `Versions of ${name.Namespace}/${name.Name}`,
    click: show }, 'Show'));
  return box;
}
