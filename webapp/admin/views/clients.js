// Who stores how much, and what each may.

import * as api from '../api.js';
import { card, el, head, table } from '../dom.js';
import { at, count } from '../words.js';

export const clients = {
  title: 'Consumers',
  async show(view, { attempt, tell, again }) {
    const found = await api.get('clients');
    const client = el('input', { required: true, placeholder: '192.0.2.7 or 2001:db8::7', spellcheck: 'false', autocomplete: 'off' });
    const chunks = el('input', { type: 'number', min: 0, step: 1, placeholder: 'empty for no limit' });
    const set = async (event) => {
      event.preventDefault();
      const wanted = { Client: client.value.trim(), Chunks: chunks.value === '' ? null : Number(chunks.value) };
      if (await attempt(() => api.put('limits', wanted))) {
        await again();
        tell(`${wanted.Client} may now store ${wanted.Chunks === null ? 'as much as it likes' : `${count(wanted.Chunks)} chunks a period`}.`);
      }
    };
    const clear = async (row) => {
      if (await attempt(() => api.remove(`limits?client=${encodeURIComponent(row.Client)}`))) {
        await again();
        tell(`For ${row.Client} holds again what holds for all.`);
      }
    };
    view.replaceChildren(
      head('Consumers', `The period of ${words(found.PeriodSeconds)} that began ${at(found.PeriodStart)}`),
      card('Largest', el('p', { class: 'hint' }, found.LimitForAll === null ? 'Addresses are not limited, except for those below.'
        : `An address may store ${count(found.LimitForAll)} chunks a period, unless it has a limit of its own. An IPv6 subscriber counts as one, by its /64.`),
      table('Consumers', [
        { title: 'Address', kind: 'mono', cell: (row) => row.Client },
        { title: 'Chunks stored', kind: 'number', cell: (row) => count(row.Chunks) },
        { title: 'Limit', kind: 'number', cell: (row) => (row.Limit === null ? 'none' : count(row.Limit)) },
        { title: 'Kind of limit', spoken: true, cell: (row) => (row.HasOwnLimit ? el('span', { class: 'pill warm' }, 'its own') : '') },
        { title: 'Do', spoken: true, cell: (row) => [
          el('button', { class: 'small quiet', type: 'button', 'aria-label': `Set a limit for ${row.Client}`, click: () => {
            client.value = row.Client;
            chunks.focus();
          } }, 'Set limit'), ' ',
          row.HasOwnLimit ? el('button', { class: 'small quiet', type: 'button', 'aria-label': `Clear the limit of ${row.Client}`, click: () => clear(row) }, 'As for all') : null] },
      ], found.Clients, 'Nobody has stored anything in this period.')),
      card('Set a limit', el('form', { class: 'row', submit: set }, el('label', {}, 'Address', client),
        el('label', {}, 'Chunks a period', chunks), el('button', { type: 'submit' }, 'Set'))));
  },
};

function words(seconds) {
  const [number, unit] = seconds % 86_400 === 0 ? [seconds / 86_400, 'day'] : [seconds, 'second'];
  return `${count(number)} ${unit}${number === 1 ? '' : 's'}`;
}
