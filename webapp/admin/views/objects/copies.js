// How many copies the chunks of an object have, counted part by part.

import * as api from '../../api.js';
import { card, el, table } from '../../dom.js';
import { morphChildren } from '../../morph.js';
import { count, percent, some } from '../../words.js';

const AT_ONCE = 1_025; // chunks that are counted without being asked: one answer's

/** A card that counts them; of a large object when somebody wants it. */
export function copies(object, attempt, isShown) {
  const box = el('div', { 'aria-live': 'polite' });
  let isRunning = false;
  const run = () => attempt(async () => {
    isRunning = true;
    const counts = { counted: 0, copies: new Map(), servers: new Map(), silent: new Set() };
    const known = await urls();
    try {
      for (let from = 0; from !== null && isRunning && isShown();) {
        const answer = await api.get(`objects/${object.Root}/copies?from=${from}`);
        add(counts, answer);
        from = answer.Next;
        draw(counts, known, from !== null && isRunning);
      }
    } finally {
      isRunning = false;
    }
    draw(counts, known, false);
  });
  const draw = (counts, known, isGoing) => morphChildren(box, [
    isGoing || counts.counted < object.Chunks ? el('div', { class: 'row' },
      el('progress', { max: object.Chunks, value: counts.counted, 'aria-label': 'Chunks counted' }),
      el('p', { class: 'hint' }, `${count(counts.counted)} of ${count(object.Chunks)} chunks`),
      el('button', { class: 'small quiet', type: 'button', 'data-do': isGoing ? 'stop' : 'run' }, isGoing ? 'Stop' : 'Count all')) : null,
    ...(counts.counted === 0 ? [] : [verdict(counts, object), ...tables(counts, known)])].filter((part) => part !== null));
  box.addEventListener('click', ({ target }) => {
    if (target.dataset.do === 'stop') {
      isRunning = false;
    } else if (target.dataset.do === 'run') {
      run();
    }
  });
  if (object.Chunks <= AT_ONCE) {
    run();
  } else {
    draw({ counted: 0 }, new Map(), false);
  }
  return card('Copies', box);
}

function add(counts, answer) {
  counts.counted += answer.Counted;
  answer.Copies.forEach(({ Copies, Chunks }) => counts.copies.set(Copies, (counts.copies.get(Copies) ?? 0) + Chunks));
  answer.Servers.forEach(({ Id, Chunks }) => counts.servers.set(Id, (counts.servers.get(Id) ?? 0) + Chunks));
  answer.Silent.forEach((id) => counts.silent.add(id));
}

function verdict(counts, object) {
  const least = Math.min(...counts.copies.keys());
  const wanted = Math.min(object.Wanted, counts.servers.size + counts.silent.size);
  const words = least > 0 ? `Every chunk has ${some(least, 'copy', 'copies')} or more`
    : some(counts.copies.get(0), 'chunk has no copy where it belongs', 'chunks have no copy where they belong');
  return el('p', {}, el('span', { class: `pill ${least === 0 ? 'bad' : least < wanted ? 'warm' : ''}` }, words));
}

function tables({ counted, copies: all, servers, silent }, known) {
  const named = (id) => el('span', { title: id }, known.get(id) ?? id);
  return [el('div', { class: 'grid wide' },
    table('Copies of chunks', [
      { title: 'Copies', kind: 'number', cell: ([copy]) => count(copy) },
      { title: 'Chunks', kind: 'number', cell: ([, chunks]) => count(chunks) },
      { title: 'Share', kind: 'number', cell: ([, chunks]) => percent(chunks, counted) },
    ], [...all].sort(([one], [other]) => one - other), ''),
    table('Servers that keep it', [
      { title: 'Server', kind: 'words', cell: ([id]) => named(id) },
      { title: 'Chunks', kind: 'number',
        cell: ([, chunks]) => (chunks === null ? el('span', { class: 'pill bad' }, 'no answer') : count(chunks)) },
    ], [...servers, ...[...silent].filter((id) => !servers.has(id)).map((id) => [id, null])], 'No server keeps any of it.'))];
}

/** The addresses of servers by their ids, of a page of them. */
async function urls() {
  const { servers } = await api.servers({ limit: 1_000 });
  return new Map(servers.map((server) => [server.Id, server.Url]));
}
