// The chunks kept here, by pages of their key.

import * as api from '../api.js';
import { confirmed } from '../confirm.js';
import { card, el, head, table } from '../dom.js';
import { ago, at, bytes } from '../words.js';

const ROWS = 50;
const TYPED = 8; // characters of an id that must be typed to delete it

export const chunks = {
  title: 'Chunks',
  async show(view, { attempt, tell }) {
    const wanted = el('input', { type: 'search', placeholder: 'the beginning of an id', spellcheck: 'false', autocomplete: 'off' });
    const box = card('');
    let pages = [''];
    const load = async () => {
      const found = await api.get(`chunks?limit=${ROWS}&id=${encodeURIComponent(wanted.value)}&after=${pages.at(-1)}`);
      const turn = (change) => () => attempt(async () => {
        change();
        await load();
      });
      box.replaceChildren(
        table('Chunks', [
          { title: 'Id', kind: 'mono nowrap', cell: (row) => el('a', { href: `../api/drive/chunk/${row.Id}`, download: row.Id, title: `SHA-256 ${row.Sha256}` }, row.Id) },
          { title: 'Size', kind: 'number', cell: (row) => bytes(row.Size) },
          { title: 'Lease ends', kind: 'nowrap', cell: (row) => el('span', { title: at(row.ExpiresAt) }, ago(row.ExpiresAt)) },
          { title: 'Stored', kind: 'nowrap', cell: (row) => el('span', { title: at(row.StoredAt) }, ago(row.StoredAt)) },
          { title: 'Last checked', kind: 'nowrap', cell: checked },
          { title: 'Do', spoken: true, kind: 'nowrap', cell: (row) => [
            el('button', { class: 'small quiet', type: 'button', 'aria-label': `Renew ${row.Id}`, click: () => renew(row) }, 'Renew'), ' ',
            el('button', { class: 'small quiet', type: 'button', 'aria-label': `Delete ${row.Id}`, click: () => drop(row) }, 'Delete')] },
        ], found.Chunks, wanted.value ? 'No chunk has an id that begins so.' : 'No chunk is kept here yet.'),
        el('div', { class: 'row end' },
          el('button', { class: 'quiet', type: 'button', disabled: pages.length === 1, click: turn(() => pages.pop()) }, 'Previous'),
          el('button', { class: 'quiet', type: 'button', disabled: found.Next === null, click: turn(() => pages.push(found.Next)) }, 'Next')));
    };
    const renew = (row) => attempt(async () => {
      const renewed = await api.post(`chunks/${row.Id}/renew`);
      await load();
      tell(`The lease of ${row.Id} ends ${at(renewed.ExpiresAt)}.`);
    });
    const drop = async (row) => {
      if (await confirmed({
        title: 'Delete this chunk?', button: 'Delete', word: row.Id.slice(0, TYPED),
        text: `${row.Id}, ${bytes(row.Size)}. Every file that needs it loses this server's copy, and it cannot be brought back from here.`,
      })) {
        await attempt(async () => {
          if (await removed(row)) {
            await load();
            tell(`${row.Id} is deleted.`);
          }
        });
      }
    };
    view.replaceChildren(head('Chunks', 'In the order of their ids'),
      card('', el('form', { class: 'row', role: 'search', submit: (event) => {
        event.preventDefault();
        pages = [''];
        attempt(load);
      } }, el('label', {}, 'Search by id', wanted), el('button', { type: 'submit' }, 'Search'))), box);
    await load();
  },
};

/** Whether the chunk went: one that an object needs goes only when somebody wants that too. */
async function removed(row) {
  try {
    await api.remove(`chunks/${row.Id}`);
    return true;
  } catch (error) {
    if (error.status !== 409) {
      throw error;
    }
  }
  const isMeant = await confirmed({
    title: 'Delete what an object needs?', button: 'Delete all the same', word: row.Id.slice(0, TYPED),
    text: `${row.Id} is part of an object, which will lose it: the object can then be read up to this chunk only. To free the space, delete the object instead.`,
  });
  if (isMeant) {
    await api.remove(`chunks/${row.Id}?claimed=true`);
  }
  return isMeant;
}

function checked(row) {
  return row.DamagedAt ? el('span', { class: 'pill bad', title: at(row.DamagedAt) }, 'damaged')
    : el('span', { title: at(row.CheckedAt ?? row.StoredAt) }, row.CheckedAt ? ago(row.CheckedAt) : 'when stored');
}
