// What the node says of itself, kept fresh while somebody looks.

import { bytes, count, lifetime, plural } from './words.js';

const EVERY = 5_000; // ms
const SERVERS_EVERY = 30_000; // ms: they are many where the network is large, and seldom change
const MOST_SERVERS = 1_000; // that an answer holds
const HERE = new URL('..', import.meta.url).href.replace(/\/$/, '');

let servers = [];
let copies = 1;
let serversDue = 0;

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
    const [slots, load] = await Promise.all([json('slots'), json('load')]);
    if (performance.now() >= serversDue) {
      servers = await json(`servers?limit=${MOST_SERVERS}`);
      copies = (await json('network')).Copies;
      serversDue = performance.now() + SERVERS_EVERY;
    }
    show('room', `${bytes(slots.Free * slots.ChunkSize)} free`);
    show('slots', `${count(slots.Used)} of ${count(slots.Total)} slots used`);
    show('lifetime', lifetime(slots.Lifetime));
    show('load', `${Math.round(100 * load.Score)} %`);
    show('load-words', load.Score < 0.5 ? 'quiet' : load.Score < 0.9 ? 'busy' : 'full: expect to wait');
    const own = servers.find((server) => server.Url === HERE) ?? (servers.length === 1 ? servers[0] : null);
    show('version', own?.Version ?? '–');
    show('zone', own ? `zone ${own.Zone}, ${own.State}` : '');
    show('network', network());
    document.getElementById('node').dataset.state = 'up';
  } catch {
    document.getElementById('node').dataset.state = 'away';
    show('load', 'no answer');
    show('load-words', 'trying again');
  }
}

/** Where this node stands among the others, as a sentence. */
function network() {
  if (servers.length < 2) {
    return 'This node is alone: what it keeps has one copy.';
  }
  const away = servers.filter((server) => server.State === 'dead' || server.State === 'left').length;
  return `This node is one of ${servers.length < MOST_SERVERS ? count(servers.length) : `${count(MOST_SERVERS)} or more`} in the network: `
    + `${away === 0 ? 'all answer' : plural(away, 'is away', 'are away')}. A chunk is kept on ${count(Math.min(copies, servers.length))} of them.`;
}

export function keepFresh() {
  document.querySelectorAll('[data-node]').forEach((place) => {
    place.textContent = HERE;
  });
  refresh();
  setInterval(() => document.hidden || refresh(), EVERY);
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
}
