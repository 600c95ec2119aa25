// The objects of the whole network: looked for by what is known of them, and one of them from near.

import * as api from '../api.js';
import { card, el, head, table } from '../dom.js';
import { at, bytes, count, some } from '../words.js';
import { one } from './objects/one.js';

const ROWS = 50;
const ROUNDS = 100; // questions for one page, each through some ten thousand rows a server
const ID = /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$|^[0-9a-f]{40}$|^[0-9a-f]{64}$|^[0-9a-f]{128}$/i;
const UNITS = [['B', 0], ['KiB', 1], ['MiB', 2], ['GiB', 3], ['TiB', 4]];

export const objects = {
  title: 'Objects',
  async show(view, { attempt, tell }) {
    const fields = form();
    const box = el('div', {});
    const spoken = el('p', { class: 'hint', role: 'status' });
    let pages = [''];
    let turns = 0; // questions so far: who asks anew does not wait for what was asked before

    const load = async () => {
      const turn = ++turns;
      const { rows, next, silent } = await page(query(fields), pages.at(-1), () => turn === turns, (words) => {
        spoken.textContent = words;
      });
      if (turn !== turns) {
        return;
      }
      spoken.textContent = silent === 0 ? ''
        : `${some(silent, 'server does', 'servers do')} not answer: what none but these keep is missing.`;
      const turnTo = (change) => () => attempt(async () => {
        change();
        await load();
      });
      box.replaceChildren(card('', found(rows, fields.kind.value, open), el('div', { class: 'row end' },
        el('button', { class: 'quiet', type: 'button', disabled: pages.length === 1, click: turnTo(() => pages.pop()) }, 'Previous'),
        el('button', { class: 'quiet', type: 'button', disabled: next === null, click: turnTo(() => pages.push(next)) }, 'Next'))));
    };
    const open = (id) => attempt(async () => {
      turns++;
      spoken.textContent = '';
      box.replaceChildren(await one(id, { attempt, tell, back: () => attempt(load), isShown: () => box.isConnected }));
      box.querySelector('h2').focus();
    });
    const search = (event) => {
      event.preventDefault();
      tell('');
      pages = [''];
      const text = fields.text.value.trim();
      if (ID.test(text)) {
        open(text);
      } else {
        attempt(load);
      }
    };
    view.replaceChildren(head('Objects', 'Of the whole network'), card('', fields.draw(search), spoken), box);
    await load();
    return () => {
      turns++;
    };
  },
};

/** What can be asked for. */
function form() {
  const text = el('input', { type: 'search', placeholder: 'the beginning of a name; or a root, SHA-1, SHA-256, SHA-512',
    spellcheck: 'false', autocomplete: 'off' });
  const kind = el('select', {}, el('option', { value: 'objects' }, 'Objects, by file name'),
    el('option', { value: 'names' }, 'Names, in all namespaces'));
  const size = (label) => {
    const number = el('input', { type: 'number', min: 0, step: 'any', 'aria-label': `${label}, number` });
    const unit = el('select', { 'aria-label': `${label}, unit` }, ...UNITS.map(([name, power]) =>
      el('option', { value: 1024 ** power, selected: name === 'MiB' }, name)));
    return { box: el('fieldset', { class: 'size' }, el('legend', {}, label), number, unit),
      get value() {
        return number.value === '' ? null : Math.round(Number(number.value) * Number(unit.value));
      } };
  };
  const fields = { text, kind, least: size('At least'), most: size('At most'),
    from: el('input', { type: 'date' }), to: el('input', { type: 'date' }),
    key: el('input', { spellcheck: 'false', autocomplete: 'off', placeholder: 'any' }),
    value: el('input', { spellcheck: 'false', autocomplete: 'off', placeholder: 'any' }) };
  fields.draw = (search) => el('form', { role: 'search', submit: search },
    el('div', { class: 'row' }, el('label', {}, 'Look for', text), el('label', { class: 'narrower' }, 'Among', kind),
      el('button', { type: 'submit' }, 'Search')),
    el('details', { class: 'more' }, el('summary', {}, 'By size, date and metadata'),
      el('div', { class: 'row' }, fields.least.box, fields.most.box),
      el('div', { class: 'row' }, el('label', {}, 'From (day, UTC)', fields.from), el('label', {}, 'To, this day included', fields.to)),
      el('div', { class: 'row' }, el('label', {}, 'Name in the metadata', fields.key), el('label', {}, 'Its value', fields.value)),
      el('p', { class: 'hint' }, 'Metadata is said of names, so it is found among names.')));
  return fields;
}

function query(fields) {
  const to = fields.to.value && new Date(Date.parse(fields.to.value) + 86_400_000).toISOString().slice(0, 10);
  const wanted = { kind: fields.kind.value, prefix: fields.text.value.trim(), least: fields.least.value, most: fields.most.value,
    from: fields.from.value, before: to, key: fields.key.value.trim(), value: fields.key.value.trim() ? fields.value.value : '' };
  return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== null && value !== ''));
}

/** A page of what is found, put together from as many answers as it takes. */
async function page(wanted, after, isWanted, say) {
  const rows = [];
  let next = after;
  let silent = 0;
  for (let round = 0; round < ROUNDS && next !== null && rows.length < ROWS && isWanted(); round++) {
    wanted.set('after', next);
    wanted.set('limit', ROWS - rows.length);
    const answer = await api.get(`objects?${wanted}`);
    rows.push(...answer.Found);
    next = answer.Next;
    silent = Math.max(silent, answer.Silent.length);
    if (next !== null && rows.length < ROWS && isWanted()) {
      say(`${count(rows.length)} found, still looking: as far as ${next.slice(0, 40)} …`);
    }
  }
  return { rows, next, silent };
}

function found(rows, kind, open) {
  const what = (row) => (kind === 'names' ? row.Name : row.FileName ?? '(no file name)');
  return table('Objects', [
    ...(kind === 'names' ? [{ title: 'Namespace', kind: 'nowrap', cell: (row) => row.Namespace }] : []),
    { title: kind === 'names' ? 'Name' : 'File name', kind: 'words',
      cell: (row) => el('button', { class: 'link', type: 'button', click: () => open(row.Root) }, what(row)) },
    { title: 'Size', kind: 'number', cell: (row) => bytes(row.Size) },
    { title: 'Type', cell: (row) => row.MediaType },
    { title: 'Since', kind: 'nowrap', cell: (row) => at(row.MadeAt) },
    { title: 'Root', kind: 'mono nowrap', cell: (row) => el('span', { title: `SHA-256 ${row.Sha256}` }, row.Root) },
  ], rows, 'Nothing is so.');
}
