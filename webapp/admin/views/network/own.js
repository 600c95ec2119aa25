// This server's own state, how far it has handed over what it keeps, and how it joins others.

import { el, facts } from '../../dom.js';
import { count, some } from '../../words.js';
import { state } from './servers.js';

const CHOICES = [
  ['active', 'Active', 'It takes chunks and keeps its share of them.'],
  ['read-only', 'Read-only', 'It serves what it keeps and takes nothing new; others take its place, and it keeps its copies.'],
  ['draining', 'Drain', 'It hands over all that it keeps, and tells when it may be switched off.'],
];

/** `here` is the answer of `network`, `used` are the chunks here. */
export function ownState(here, drain, used) {
  const name = here.State;
  const refused = Object.entries(here.Refused).filter(([, times]) => times > 0);
  return [
    el('p', {}, 'It is ', state(name), ` ${CHOICES.find(([value]) => value === name)?.[2] ?? ''}`),
    el('div', { class: 'choices', role: 'group', 'aria-label': 'State of this server' }, ...CHOICES.map(([value, title, meaning]) =>
      el('button', {
        class: 'quiet', type: 'button', title: meaning, 'aria-pressed': String(value === name), 'data-do': 'state', 'data-state': value,
      }, title))),
    drain.Done ? el('p', { class: 'notice good' }, el('strong', {}, 'This server may be switched off.'),
      ' Every chunk it keeps is with the servers it belongs on.')
      : drain.Draining ? el('div', {}, el('progress', { max: Math.max(1, used), value: Math.max(0, used - drain.Left), 'aria-label': 'Handed over' }),
        el('p', { class: 'hint' }, drain.Left === 0 ? 'Looking for chunks that others lack: do not switch it off yet.'
          : `${some(drain.Left, 'chunk is', 'chunks are')} still to be handed over, of ${count(used)}: do not switch it off yet.`))
        : null,
    here.Misfit ? el('p', { class: 'notice bad' }, el('strong', {}, 'A server does not fit.'), ` ${here.Misfit}.`) : null,
    facts([['Network', `${here.Name}, ${here.Closed ? 'closed: its servers share a key' : 'open'}`],
      ['Health', here.Health === 0 ? 'others answer as they should' : `slow or cut off, ${here.Health} of 8`],
      ['Refused', refused.length ? refused.map(([why, times]) => `${spaced(why)}: ${count(times)}`).join(', ') : 'nothing']]),
  ];
}

/** "WrongKey" as "wrong key". */
const spaced = (name) => name.replace(/\B[A-Z]/g, ' $&').toLowerCase();

/** Calls `onJoin` with the addresses typed. */
export function joinForm(onJoin) {
  const urls = el('textarea', { rows: 2, required: true, spellcheck: 'false', autocomplete: 'off', placeholder: 'https://drive.example.org' });
  return el('form', { submit: async (event) => {
    event.preventDefault();
    if (await onJoin(urls.value.split(/[\s,]+/).filter((url) => url))) {
      urls.value = '';
    }
  } }, el('label', {}, 'Addresses of servers that are in it, one a line', urls),
  el('div', { class: 'row end' }, el('button', { type: 'submit' }, 'Join')));
}
