// What is mended: copies still to be made, comparisons with other servers, and the rereading of what is kept.

import { el, facts, table } from '../../dom.js';
import { ago, at, bytes, count, rate, some, span } from '../../words.js';
import { host } from './servers.js';

const ID = 13; // characters that tell one from others
const MOST_COMPARISONS = 50;

/** In words, for how long healing goes on as fast as it does. */
export function timeLeft({ Copies, SecondsLeft }) {
  return Copies === 0 ? 'nothing is left to be healed' : SecondsLeft === null ? 'it waits for servers that are away' : `about ${span(SecondsLeft)} left`;
}

/** `risk` tells of chunks that cannot be healed for now. */
export function healing({ Heal: heal }, risk) {
  return [
    facts([
      ['Chunks that lack a copy', count(heal.Chunks)], ['Copies to be made', count(heal.Copies)],
      ['Of these failing', heal.Failing ? el('span', { class: 'pill bad' }, count(heal.Failing)) : 'none'],
      ['Only on servers that are away', risk.Away ? el('span', { class: 'pill bad' }, some(risk.Away, 'chunk', 'chunks')) : null],
      ['The oldest waits for', heal.Copies ? span(heal.OldestSeconds) : '–'],
      ['Pace', heal.CopiesPerSecond < 0.01 ? 'at rest' : `${rate(heal.CopiesPerSecond)} copies a second`],
      ['Time left', timeLeft(heal)],
      ['Made since the start', `${some(heal.Healed, 'copy', 'copies')}, ${bytes(heal.HealedBytes)}`],
      ['It may move', `${bytes(heal.BytesPerSecond)} a second`]]),
  ];
}

/** The first rows of the queue; `servers` are those known by id. */
export function queue({ Needs, Next }, servers, own, isFirst) {
  return [
    table('Copies to be made', [
      { title: 'Chunk', kind: 'mono nowrap', cell: (need) => el('span', { title: need.Chunk }, `${need.Chunk.slice(0, ID)}…`) },
      { title: 'Needed by', kind: 'nowrap', cell: (need) => named(need.Node, servers, own) },
      { title: 'Copies known', kind: 'number', cell: (need) => count(need.Known) },
      { title: 'Attempts', kind: 'number', cell: (need) => count(need.Attempts) },
      { title: 'Noted', kind: 'nowrap', cell: (need) => el('span', { title: at(need.MadeAt) }, ago(need.MadeAt)) },
      { title: 'Due', kind: 'nowrap', cell: (need) => el('span', { title: at(need.DueAt) }, Date.parse(need.DueAt) <= Date.now() ? 'now' : ago(need.DueAt)) },
      { title: 'Last error', kind: 'words', cell: (need) => (need.LastError ? el('span', { class: 'bad' }, worded(need.LastError, servers)) : '–') },
    ], Needs, 'Nothing waits: every copy that is owed is made.', (need) => `${need.Chunk} ${need.Node}`),
    el('div', { class: 'row end', hidden: isFirst && Next === null },
      el('button', { class: 'quiet', type: 'button', 'data-do': 'queue-first', disabled: isFirst }, 'First rows'),
      el('button', { class: 'quiet', type: 'button', 'data-do': 'queue-on', 'data-after': Next, disabled: Next === null }, 'Next rows')),
  ];
}

/** How this server compared with each other one: errors first. */
export function comparisons({ Sync: all }, job, servers, own) {
  const sorted = [...all].sort((one, other) => (other.Error !== null) - (one.Error !== null) || other.Different - one.Different);
  return [
    progress(job, 'Compared'),
    table('Comparisons', [
      { title: 'Server', kind: 'nowrap', cell: (one) => named(one.Id, servers, own) },
      { title: 'Compared', kind: 'nowrap', cell: (one) => el('span', { title: at(one.At) }, ago(one.At)) },
      { title: 'Result', kind: 'words', cell: (one) => (one.Error ? el('span', { class: 'bad' }, worded(one.Error, servers))
        : one.Different === 0 ? 'the same' : some(one.Different, 'part differed', 'parts differed')) },
    ], sorted.slice(0, MOST_COMPARISONS), 'There is no other server to compare with.', (one) => one.Id),
    sorted.length > MOST_COMPARISONS ? el('p', { class: 'hint' }, `And ${some(sorted.length - MOST_COMPARISONS, 'other', 'others')}.`) : null,
  ];
}

export function scrubbing({ Scrub: scrub }, job) {
  return [
    progress(job, 'Read'),
    facts([['Read since the start', some(scrub.Checked, 'chunk', 'chunks')],
      ['Found damaged', scrub.Damaged ? el('span', { class: 'pill bad' }, count(scrub.Damaged)) : 'none']]),
    el('p', { class: 'hint' }, 'Every chunk is read again within 30 days and fetched anew from another server if its bytes are not what they were.'),
  ];
}

function progress(job, label) {
  if (job?.LastError) {
    return el('p', { class: 'error' }, job.LastError);
  }
  if (!job?.Progress) {
    return null;
  }
  const { Done, All, Units } = job.Progress;
  return el('div', {}, el('progress', { max: All || 1, value: Done, 'aria-label': label }), el('p', { class: 'hint' },
    Units === 'hundredths' ? `${count(Done)} % of this pass` : `${count(Done)} of ${count(All)} ${Units}`));
}

function named(id, servers, own) {
  return id === own ? 'this server' : el('span', { title: id }, servers.has(id) ? host(servers.get(id).Url) : `${id.slice(0, ID)}…`);
}

/** An error with addresses in place of the ids in it. */
function worded(error, servers) {
  return error.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => (servers.has(id) ? host(servers.get(id).Url) : id));
}
