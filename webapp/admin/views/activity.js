// The last hour of this WAR, as it goes on.

import * as api from '../api.js';
import { chart, draw } from '../charts.js';
import { card, el, head } from '../dom.js';
import { ms, rate } from '../words.js';

const KEPT = 720; // samples, five seconds apart
const CHARTS = [
  ['Chunks', 'a second', [['stored', '--accent', (s) => s.Stores], ['retrieved', '--soon', (s) => s.Retrieves]]],
  ['Store latency', 'ms', [['half within', '--accent', (s) => s.StoreMs.P50], ['99 % within', '--soon', (s) => s.StoreMs.P99]]],
  ['Retrieve latency', 'ms', [['half within', '--accent', (s) => s.RetrieveMs.P50], ['99 % within', '--soon', (s) => s.RetrieveMs.P99]]],
  ['Waiting and under way', 'requests', [['in the queue', '--accent', (s) => s.Queue], ['under way', '--soon', (s) => s.InFlight]]],
  ['Errors', 'a second', [['refused (4xx)', '--soon', (s) => s.Refusals], ['failed (5xx)', '--bad', (s) => s.Failures]]],
];

export const activity = {
  title: 'Activity',
  async show(view) {
    const samples = await api.get('history');
    const state = el('span', { class: 'pill', role: 'status' }, 'live');
    const now = el('div', { class: 'grid figures' });
    const charts = [];
    const cards = CHARTS.map(([title, unit, lines]) => {
      const canvas = el('canvas', { role: 'img', 'aria-label': `${title} of the last hour, ${unit}` });
      charts.push([canvas, unit, lines.map(([label, colour, value]) => ({ label, colour, value }))]);
      return card(title, el('div', { class: 'chart' }, canvas));
    });
    const title = head('Activity', 'The last hour, every five seconds');
    title.append(state);
    view.replaceChildren(title, now, el('div', { class: 'grid wide' }, ...cards));
    const drawn = charts.map(([canvas, unit, lines]) => chart(canvas, unit, lines));
    const refresh = () => {
      const shown = samples.slice(-KEPT);
      drawn.forEach((each) => draw(each, shown));
      now.replaceChildren(...figures(shown.at(-1)));
    };
    refresh();
    const stop = api.samples((sample) => {
      if (sample.At !== samples.at(-1)?.At) {
        samples.push(sample);
        samples.splice(0, Math.max(0, samples.length - KEPT));
        refresh();
      }
    }, (live) => {
      state.textContent = live ? 'live' : 'not connected, trying again';
      state.className = live ? 'pill' : 'pill warm';
    });
    return () => {
      stop();
      drawn.forEach((each) => each.drawn.destroy());
    };
  },
};

function figures(sample) {
  if (!sample) {
    return [el('p', { class: 'empty' }, 'The first sample comes within five seconds.')];
  }
  const figure = (title, value, hint) => el('section', { class: 'card' }, el('h2', {}, title), el('p', { class: 'figure' }, value),
    el('p', { class: 'hint' }, hint));
  return [
    figure('Stored', `${rate(sample.Stores)}/s`, `99 % within ${ms(sample.StoreMs.P99)}`),
    figure('Retrieved', `${rate(sample.Retrieves)}/s`, `99 % within ${ms(sample.RetrieveMs.P99)}`),
    figure('Queue', rate(sample.Queue), 'chunks and retrievals that wait'),
    figure('Failed', `${rate(sample.Failures)}/s`, `${rate(sample.Refusals)}/s refused`),
  ];
}
