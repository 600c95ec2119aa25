// What the node says of itself, kept fresh while somebody looks.

import { bytes, count, lifetime } from './words.js';

const EVERY = 5_000; // ms

async function json(path) {
  const response = await fetch(new URL(`../api/drive/${path}`, import.meta.url), { headers: { Accept: 'application/json' } });
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response.json();
}

function show(fact, text) {
  document.querySelector(`[data-fact=${fact}]`).textContent = text;
}

async function refresh() {
  try {
    const [slots, load, servers] = await Promise.all([json('slots'), json('load'), json('servers')]);
    show('room', `${bytes(slots.Free * slots.ChunkSize)} free`);
    show('slots', `${count(slots.Used)} of ${count(slots.Total)} slots used`);
    show('lifetime', lifetime(slots.Lifetime));
    show('load', `${Math.round(100 * load.Score)} %`);
    show('load-words', load.Score < 0.5 ? 'quiet' : load.Score < 0.9 ? 'busy' : 'full: expect to wait');
    const own = servers[0];
    show('version', own?.Version ?? '');
    show('zone', own ? `zone ${own.Zone}, ${own.State}` : '');
    document.getElementById('node').dataset.state = 'up';
  } catch {
    document.getElementById('node').dataset.state = 'away';
    show('load', 'no answer');
    show('load-words', 'trying again');
  }
}

export function keepFresh() {
  const node = new URL('..', import.meta.url).href.replace(/\/$/, '');
  document.querySelectorAll('[data-node]').forEach((place) => {
    place.textContent = node;
  });
  refresh();
  setInterval(() => document.hidden || refresh(), EVERY);
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
}
