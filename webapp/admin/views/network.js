// The servers of the network, the copies of its chunks, and what is being done about those that are missing.

import * as api from '../api.js';
import { confirmed } from '../confirm.js';
import { card, el, figure } from '../dom.js';
import { morphChildren } from '../morph.js';
import { keepFresh } from '../refresh.js';
import { count, rate, some } from '../words.js';
import { counted, first } from './network/members.js';
import { joinForm, ownState } from './network/own.js';
import { Partitions } from './network/partitions.js';
import { comparisons, healing, queue, scrubbing, timeLeft } from './network/repair.js';
import { Servers, host } from './network/servers.js';

const OFTEN = 2_000; // ms
const SELDOM = 10_000;
const ROWS = 20; // of the heal queue
const LIVE = 'Live';
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const network = {
  title: 'Network',
  async show(view, { attempt, tell }) {
    const own = (await api.get('network')).Id;
    const partitions = new Partitions(own);
    const servers = new Servers(() => attempt(refresh));
    const failing = el('input', { type: 'checkbox', change: () => turnQueue('') });
    const status = el('p', { role: 'status' }, LIVE);
    const box = { figures: el('div', { class: 'grid figures' }) };
    for (const name of ['servers', 'state', 'healing', 'queue', 'comparisons', 'scrub']) {
      box[name] = el('div', {});
    }
    const troubles = { often: null, seldom: null };
    let after = ''; // which rows of the heal queue are shown
    let known = new Map(); // servers by their id
    let list = { servers: [], next: null };
    let risk = { Away: 0, Servers: [] };

    /** What changes from second to second. */
    const refresh = async () => {
      const [here, repair, jobs, needs] = await Promise.all([api.get('network'), api.get('network/repair'), api.get('jobs'),
        api.get(`network/heal?limit=${ROWS}&failing=${failing.checked}&after=${after}`), servers.load()]);
      servers.rows.forEach((server) => known.set(server.Id, server));
      list = servers.isAll ? { servers: servers.rows, next: null } : { ...list, servers: list.servers.map(({ Id }) => known.get(Id)) };
      const job = (name) => jobs.find((one) => one.Name === name);
      morphChildren(box.figures, figures(counted(list, here), repair.Heal, partitions.own));
      morphChildren(box.servers, servers.draw(own, risk.Servers));
      morphChildren(box.state, ownState(here, repair.Drain, known.get(own)?.Slots.Used ?? repair.Drain.Left));
      morphChildren(box.healing, healing(repair, risk));
      morphChildren(box.queue, queue(needs, known, own, after === ''));
      morphChildren(box.comparisons, comparisons(repair, job('sync'), known, own));
      morphChildren(box.scrub, scrubbing(repair, job('scrub')));
    };

    /** What takes the server longer to tell. */
    const survey = async () => {
      const [all, parts, lost] = await Promise.all([first(), api.get('network/partitions'), api.get('network/risk')]);
      list = all;
      known = new Map(all.servers.map((server) => [server.Id, server]));
      risk = lost;
      partitions.draw(parts, known);
    };

    const turnQueue = (from) => {
      after = from;
      return attempt(refresh);
    };

    const deeds = {
      sync: () => did(() => api.post('network/sync'), 'This server compares its chunks with every other server now.'),
      scrub: () => did(() => api.post('network/scrub'), 'Every chunk is read again, from the first.'),
      state: ({ state }) => did(() => api.put('network/state', { State: state }), `This server is ${state}. The others hear of it within seconds.`),
      forget: async ({ id }) => {
        const server = known.get(id);
        const name = host(server?.Url ?? id);
        if (await confirmed({
          title: 'Forget this server?', button: 'Forget', word: name,
          text: `${name}, ${server?.State ?? 'away'}. It goes from the list of every server. Chunks of which it alone has a copy stay lost `
            + 'unless it comes back with them.',
        })) {
          await did(() => api.remove(`network/servers/${id}`), `${name} is forgotten.`);
          await attempt(survey);
        }
      },
      'page-on': () => turnPage(true),
      'page-back': () => turnPage(false),
      'queue-on': ({ after: from }) => turnQueue(from),
      'queue-first': () => turnQueue(''),
    };
    const turnPage = (isOn) => {
      servers.turn(isOn);
      return attempt(refresh);
    };
    const did = async (deed, words) => {
      const isDone = await attempt(async () => {
        await deed();
        await refresh();
      });
      if (isDone) {
        tell(words);
      }
      return isDone;
    };
    const join = (urls) => attempt(async () => {
      const { Servers: asked } = await api.post('network/join', { Urls: urls });
      const failed = asked.filter((one) => one.Failure);
      if (failed.length === asked.length) {
        throw new Error(failed.map((one) => `${one.Url}: ${one.Failure}`).join(' '));
      }
      await refresh();
      tell([`${some(asked.length - failed.length, 'server has', 'servers have')} answered.`,
        ...failed.map((one) => `${one.Url}: ${one.Failure}`)].join(' '));
    });

    /** An error is told once, until an answer comes again. */
    const onEnd = (name) => (error) => {
      if (error?.status === 401) {
        attempt(() => Promise.reject(error));
      }
      troubles[name] = error ? troubles[name] ?? `Since ${time.format(new Date())}: ${error.message}` : null;
      const words = troubles.often ?? troubles.seldom;
      if (status.textContent !== (words ?? LIVE)) {
        status.className = words ? 'bad' : '';
        status.textContent = words ?? LIVE;
      }
    };

    const button = (deed, words) => el('button', { class: 'quiet small', type: 'button', 'data-do': deed }, words);
    view.addEventListener('click', (event) => {
      const pressed = event.target.closest('[data-do]');
      if (pressed) {
        deeds[pressed.dataset.do](pressed.dataset);
      }
    });
    view.append(
      el('div', { class: 'head' }, el('h1', {}, 'Network'), status),
      box.figures,
      card('Servers', servers.filter, box.servers),
      card('Parts and their copies', el('p', { class: 'hint' },
        'Chunks fall into parts by the beginning of their id. Each part is as full as it has copies that are known to be whole: '
        + 'this server\'s, and those of servers that had the same when they were last compared. Point at a part, or move with the arrow keys.'),
      ...partitions.elements),
      el('div', { class: 'grid wide' },
        card('Healing', box.healing),
        card('This server', box.state),
        card('Comparisons', box.comparisons, el('div', { class: 'row end' }, button('sync', 'Sync now'))),
        card('Scrub', box.scrub, el('div', { class: 'row end' }, button('scrub', 'Scrub now')))),
      card('Heal queue', el('label', { class: 'check' }, failing, 'Only those of which an attempt failed'), box.queue),
      card('Join a network', el('p', { class: 'hint' }, 'One server of it that answers is enough: the list of all the others comes from there.'),
        joinForm(join)));
    await attempt(survey);
    await attempt(refresh);
    const ends = [keepFresh(refresh, OFTEN, onEnd('often')), keepFresh(survey, SELDOM, onEnd('seldom'))];
    return () => ends.forEach((end) => end());
  },
};

function figures({ total, away }, heal, parts) {
  return [
    figure('Servers', total, away),
    figure('Chunks that lack a copy', count(heal.Chunks), heal.Copies
      ? `${some(heal.Copies, 'copy', 'copies')} to be made, ${count(heal.Failing)} failing` : 'every copy that is owed is made'),
    figure('Copies made a second', heal.CopiesPerSecond < 0.01 ? '0' : rate(heal.CopiesPerSecond), timeLeft(heal)),
    figure('Parts that are whole', count(parts.whole), `of ${count(parts.all)} kept here`
      + (parts.isShort ? `; there are too few servers for ${some(parts.copies, 'copy', 'copies')}` : '')),
  ];
}
