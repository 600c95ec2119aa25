// The database as its administrator sees it.

import * as api from '../api.js';
import { card, el, facts, head, table } from '../dom.js';
import { ago, at, bytes, count, ms } from '../words.js';

export const database = {
  title: 'Database',
  async show(view, { again }) {
    const found = await api.get('database');
    const connected = found.Connections.reduce((total, group) => total + group.Count, 0);
    view.replaceChildren(
      head('Database', `PostgreSQL ${found.Version}, ${bytes(found.Bytes)}`),
      el('div', { class: 'grid wide' },
        card('Server', facts([['Size of this database', bytes(found.Bytes)], ['Started', `${at(found.StartedAt)} (${ago(found.StartedAt)})`],
          ['Role', found.Standby ? el('span', { class: 'pill warm' }, 'standby') : 'primary'],
          ['synchronous_commit', safe(found.SynchronousCommit !== 'off', found.SynchronousCommit)],
          ['fsync', safe(found.Fsync === 'on', found.Fsync)]])),
        card('Connections', el('p', { class: 'hint' }, `${count(connected)} to this database, at most ${count(found.MaxConnections)} to the server`),
          table('Connections', [{ title: 'Program', cell: (row) => row.Program || 'unnamed' }, { title: 'State', cell: (row) => row.State },
            { title: 'Number', kind: 'number', cell: (row) => count(row.Count) }], found.Connections, 'None.'))),
      card('Partitions of chunk bytes', table('Partitions', [
        { title: 'Table', kind: 'mono', cell: (row) => row.Name },
        { title: 'Leases end from', kind: 'nowrap', cell: (row) => at(row.StartsAt) },
        { title: 'until', kind: 'nowrap', cell: (row) => at(row.EndsAt) },
        { title: 'Size', kind: 'number', cell: (row) => bytes(row.Bytes) },
        { title: 'Rows, about', kind: 'number', cell: (row) => count(row.Rows) },
        { title: 'State', spoken: true, cell: (row) => (new Date(row.EndsAt) < Date.now() ? el('span', { class: 'pill warm' }, 'due') : '') },
      ], found.Partitions, 'None was made yet.')),
      card('At work now', table('Statements at work', [
        { title: 'Statement', kind: 'sql mono', cell: (row) => row.Sql },
        { title: 'For', kind: 'number', cell: (row) => ms(row.Ms) },
        { title: 'Waits for', cell: (row) => row.WaitsFor || '–' },
      ], found.Running, 'Nothing.')),
      card('Slowest statements', slowest(found.Slowest)),
      el('div', { class: 'row end' }, el('button', { type: 'button', class: 'quiet', click: again }, 'Look again')));
  },
};

const safe = (isSafe, text) => (isSafe ? text : el('span', { class: 'pill bad' }, `${text}: a crash may lose what was acknowledged`));

function slowest(statements) {
  if (statements === null) {
    return el('p', { class: 'hint' }, 'PostgreSQL counts them once the extension pg_stat_statements is loaded ',
      '(shared_preload_libraries) and made in this database (CREATE EXTENSION pg_stat_statements).');
  }
  return table('Slowest statements', [
    { title: 'Statement', kind: 'sql mono', cell: (row) => row.Sql },
    { title: 'Calls', kind: 'number', cell: (row) => count(row.Calls) },
    { title: 'On average', kind: 'number', cell: (row) => ms(row.MeanMs) },
    { title: 'At most', kind: 'number', cell: (row) => ms(row.MaxMs) },
  ], statements, 'None was counted yet.');
}
