// What administrators did; nothing here can be changed.

import * as api from '../api.js';
import { card, el, head, table } from '../dom.js';
import { at } from '../words.js';

const ROWS = 50;

export const audit = {
  title: 'Audit',
  async show(view, { attempt }) {
    const rows = await api.get(`audit?limit=${ROWS}`);
    const box = card('');
    let isLast = rows.length < ROWS;
    const draw = () => box.replaceChildren(
      table('Audit', [
        { title: 'When', kind: 'nowrap', cell: (row) => at(row.At) },
        { title: 'Who', cell: (row) => row.Actor },
        { title: 'From', kind: 'mono', cell: (row) => row.Client ?? 'this machine' },
        { title: 'Did', cell: (row) => row.Action },
        { title: 'To', kind: 'mono', cell: (row) => row.Subject },
        { title: 'Outcome', cell: (row) => (/^(done|begun)$/.test(row.Outcome) ? row.Outcome : el('span', { class: 'pill bad' }, row.Outcome)) },
      ], rows, 'Nothing was done yet.'),
      isLast ? '' : el('div', { class: 'row end' }, el('button', { class: 'quiet', type: 'button', click: more }, 'Older')));
    const more = () => attempt(async () => {
      const older = await api.get(`audit?limit=${ROWS}&before=${rows.at(-1).Number}`);
      isLast = older.length < ROWS;
      rows.push(...older);
      draw();
    });
    view.replaceChildren(head('Audit', 'Rows are only ever added, also for whoever owns the tables'), box);
    draw();
  },
};
