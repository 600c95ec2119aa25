// The servers as a table, a page at a time, one zone or state if wanted.

import { el, svg, table } from '../../dom.js';
import { morphChildren } from '../../morph.js';
import { count, percent, span } from '../../words.js';
import { STATES, isAway, page } from './members.js';

const MANY = 8; // servers from which on somebody may want to filter them
const ID = 8; // characters that tell one from others
const USUAL_GROUP = 'default';
const FULL = 90; // percent
const CALM = ['active'];
const AT_REST = ['left'];

export class Servers {
  #pages = [''];
  #next = null;
  #zone = el('input', { type: 'search', spellcheck: 'false', autocomplete: 'off', placeholder: 'any', list: 'zones' });
  #zones = el('datalist', { id: 'zones' });
  #state = el('select', {}, el('option', { value: '' }, 'any'), ...STATES.map((state) => el('option', {}, state)));
  #filter;
  #rows = [];

  /** Calls `onChange` when another page or other servers are wanted. */
  constructor(onChange) {
    const again = () => {
      this.#pages = [''];
      onChange();
    };
    this.#zone.addEventListener('change', again);
    this.#state.addEventListener('change', again);
    this.#filter = el('form', { class: 'row', role: 'search', hidden: true, submit: (event) => event.preventDefault() },
      el('label', {}, 'Zone', this.#zone), el('label', {}, 'State', this.#state), this.#zones);
  }

  get filter() {
    return this.#filter;
  }

  async load() {
    const { servers, next } = await page({ zone: this.#zone.value.trim(), state: this.#state.value, after: this.#pages.at(-1) });
    this.#rows = servers;
    this.#next = next;
    if (this.#rows.length >= MANY) {
      this.#filter.hidden = false;
    }
  }

  turn(forward) {
    if (forward) {
      this.#pages.push(this.#next);
    } else {
      this.#pages.pop();
    }
  }

  get rows() {
    return this.#rows;
  }

  /** Whether these rows are every server that there is. */
  get isAll() {
    return this.#next === null && this.#pages.length === 1 && !this.#zone.value && !this.#state.value;
  }

  /** `own` is this server's id, `risk` the chunks that would be lost with each. */
  draw(own, risk) {
    const lost = new Map(risk.map(({ Id, Chunks }) => [Id, Chunks]));
    morphChildren(this.#zones, [...new Set(this.#rows.map((server) => server.Zone))].map((zone) => el('option', { value: zone })));
    const isPaged = this.#next !== null || this.#pages.length > 1;
    return [
      table('Servers', [
        { title: 'Server', cell: (server) => named(server, own) },
        { title: 'Zone', cell: (server) => [server.Zone, server.Group === USUAL_GROUP ? null : el('p', { class: 'under' }, `group ${server.Group}`)] },
        { title: 'State', cell: (server) => state(server.State) },
        { title: 'Slots used', cell: (server) => slots(server.Slots) },
        { title: 'Load', kind: 'number', cell: (server) => (isAway(server) || server.Load === null ? '–' : percent(server.Load, 1)) },
        { title: 'Last heard', kind: 'nowrap', cell: (server) => heard(server, own) },
        { title: 'Only copy here', kind: 'number', cell: (server) => only(lost.get(server.Id)) },
        { title: 'Version', kind: 'nowrap', cell: (server) => server.Version },
        { title: 'Do', spoken: true, cell: (server) => (isAway(server) && server.Id !== own ? el('button', {
          class: 'small quiet', type: 'button', 'data-do': 'forget', 'data-id': server.Id, 'aria-label': `Forget ${server.Url}`,
        }, 'Forget') : '') },
      ], this.#rows, 'No server is so.', (server) => server.Id),
      el('div', { class: 'row end', hidden: !isPaged },
        el('button', { class: 'quiet', type: 'button', 'data-do': 'page-back', disabled: this.#pages.length === 1 }, 'Previous servers'),
        el('button', { class: 'quiet', type: 'button', 'data-do': 'page-on', disabled: this.#next === null }, 'Next servers')),
    ];
  }
}

/** The state as a word that stands out where somebody should look. */
export function state(name) {
  return el('span', { class: `pill ${CALM.includes(name) ? '' : name === 'dead' ? 'bad' : AT_REST.includes(name) ? 'faint' : 'warm'}` },
    name);
}

/** The address without what all have in common. */
export const host = (url) => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

function named(server, own) {
  const isWeb = /^https?:\/\//.test(server.Url); // it comes from elsewhere
  return [
    isWeb ? el('a', { href: server.Url, rel: 'noreferrer', class: 'nowrap' }, host(server.Url)) : server.Url,
    el('p', { class: 'under' }, el('span', { class: 'mono', title: server.Id }, server.Id.slice(0, ID)),
      server.Id === own ? [' ', el('span', { class: 'pill' }, 'this server')] : null,
      server.Preferred ? [' ', el('span', { class: 'pill faint' }, 'preferred')] : null),
  ];
}

function slots({ Total, Used }) {
  if (Used === null) {
    return el('span', { class: 'soft' }, Total ? `of ${count(Total)}` : '–');
  }
  const share = Total === 0 ? 0 : Math.min(100, Used / Total * 100);
  return [el('span', { class: 'nowrap' }, `${count(Used)} of ${count(Total)}`),
    svg('svg', { class: share > FULL ? 'filled full' : 'filled', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: 'track', width: 100, height: 6 }), svg('rect', { width: share, height: 6 }))];
}

function heard(server, own) {
  if (server.Id === own) {
    return 'now';
  }
  return server.LastHeard === null ? 'not yet'
    : server.LastHeard < 1 ? 'now' : `${span(server.LastHeard)} ago`;
}

function only(chunks) {
  return chunks ? el('span', { class: 'pill warm', title: 'Chunks of which no other copy is known here' }, count(chunks)) : '–';
}
