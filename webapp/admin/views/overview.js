// The server, its slots as a picture, and when they fall due.

import * as api from '../api.js';
import { card, el, facts, figure, head, svg } from '../dom.js';
import { ago, at, bytes, count, dayOf, percent, some } from '../words.js';
import { counted, first } from './network/members.js';
import { state } from './network/servers.js';

const CELLS = 400;
const CELLS_A_ROW = 50;
const CELL = 10;
const DAYS = 30;
const DAY_MS = 86_400_000;

export const overview = {
  title: 'Overview',
  async show(view) {
    const [node, slots, servers, here, repair] = await Promise.all([api.get('node'), api.get('slots'), first(), api.get('network'),
      api.get('network/repair')]);
    const days = upcoming(slots.Calendar);
    view.replaceChildren(
      head('Overview', `Version ${node.Version}, started ${ago(node.StartedAt)}`),
      el('div', { class: 'grid figures' },
        figure('Slots used', count(slots.Used), `of ${count(slots.Total)}, ${percent(slots.Used, slots.Total)}`),
        figure('Free', count(slots.Free), `room for ${bytes(slots.Free * 65_536)}`),
        figure('Bytes kept', bytes(slots.Usage.PhysicalBytes), `in ${count(slots.Used)} chunks`),
        figure('Bytes named', bytes(slots.Usage.LogicalBytes),
          `by ${some(slots.Usage.Names, 'name', 'names')} kept here, ${bytes(slots.Usage.SharedBytes)} of it shared`),
        figure('Due tomorrow', count(days.list[1].Chunks), `${bytes(days.list[1].Bytes)}, unless somebody retrieves them`)),
      card('Slots', picture(slots, days), legend(slots, days)),
      card('When they fall due', el('p', { class: 'hint' },
        `Chunks by the day (UTC) on which their lease ends. A retrieval renews it for ${lifetime(slots.LifetimeSeconds)}.`),
      calendar(days)),
      card('This server', facts([['Address', node.Url], ['State', state(node.State)], ['Zone', node.Zone],
        ['Network', network(counted(servers, here), repair.Heal)],
        ['Id', el('span', { class: 'mono' }, node.Id)], ['Started', at(node.StartedAt)], ['Java', node.Java],
        ['System', node.System]])));
  },
};

function network({ all, total, away }, heal) {
  return [`${total} ${all === 1 ? 'server' : 'servers'}, ${away}; `,
    heal.Chunks ? `${some(heal.Chunks, 'chunk is', 'chunks are')} being healed` : 'no chunk is known to lack a copy', ' (',
    el('a', { href: '#network' }, 'look'), ')'];
}

/** The next 30 days, each with what falls due on it, and sums by how soon. */
function upcoming(calendar) {
  const known = new Map(calendar.map((day) => [day.Day, day]));
  const today = new Date().toISOString().slice(0, 10);
  const list = Array.from({ length: DAYS + 1 }, (_, i) => {
    const day = new Date(Date.parse(today) + i * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { Day: day, Chunks: 0, Bytes: 0 };
  });
  const sum = (days, member) => days.reduce((total, day) => total + day[member], 0);
  const tomorrow = list[1].Day;
  const week = list[7].Day;
  return {
    list,
    soon: sum(calendar.filter((day) => day.Day <= tomorrow), 'Chunks'),
    week: sum(calendar.filter((day) => day.Day > tomorrow && day.Day <= week), 'Chunks'),
    later: sum(calendar.filter((day) => day.Day > week), 'Chunks'),
    beyond: calendar.filter((day) => day.Day > list[DAYS].Day),
  };
}

/** Each cell is a four-hundredth of all slots; what is used at all shows in one cell at least. */
function picture(slots, days) {
  const cells = (chunks) => (chunks === 0 || slots.Total === 0 ? 0
    : Math.max(1, Math.round(chunks / Math.max(slots.Total, slots.Used) * CELLS)));
  const kinds = [['soon', cells(days.soon)], ['week', cells(days.week)], ['later', cells(days.later)]]
    .flatMap(([kind, number]) => Array(number).fill(kind));
  return svg('svg', {
    class: 'slots', viewBox: `0 0 ${CELLS_A_ROW * CELL} ${CELLS / CELLS_A_ROW * CELL}`, role: 'img',
    'aria-label': `${slots.Used} of ${slots.Total} slots used, ${days.soon} of them due by tomorrow`,
  }, ...Array.from({ length: CELLS }, (_, i) => svg('rect', {
    class: kinds[i] ?? null, x: i % CELLS_A_ROW * CELL + 1, y: Math.floor(i / CELLS_A_ROW) * CELL + 1,
    width: CELL - 2, height: CELL - 2, rx: 2,
  })));
}

function legend(slots, days) {
  const item = (kind, text) => el('li', { class: kind }, el('i', {}), text);
  return el('ul', { class: 'key' }, item('soon', `due by tomorrow: ${count(days.soon)}`),
    item('week', `within a week: ${count(days.week)}`), item('later', `later: ${count(days.later)}`),
    item('', `free: ${count(slots.Free)}`));
}

function calendar(days) {
  const most = Math.max(1, ...days.list.map((day) => day.Chunks));
  const items = days.list.map((day, i) => el('li', { class: i === 1 ? 'tomorrow' : null },
    i === 0 ? 'Today' : i === 1 ? 'Tomorrow' : dayOf(day.Day), el('b', {}, count(day.Chunks)), day.Chunks ? bytes(day.Bytes) : '–',
    svg('svg', { viewBox: '0 0 100 5', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { x: 0, y: 0, height: 5, width: day.Chunks / most * 100 }))));
  const beyond = days.beyond.reduce((total, day) => total + day.Chunks, 0);
  return el('div', {}, el('ul', { class: 'calendar' }, ...items),
    beyond ? el('p', { class: 'hint' }, `${count(beyond)} fall due later.`) : null);
}

function lifetime(seconds) {
  return seconds >= DAY_MS / 1000 ? `${count(seconds / 86_400)} days` : seconds >= 3600 ? `${count(seconds / 3600)} hours`
    : `${count(seconds / 60)} minutes`;
}
