// What the node does by itself.

import * as api from '../api.js';
import { card, el, head, table } from '../dom.js';
import { ago, at, count, ms } from '../words.js';

const REFRESH_MS = 5_000;

export const jobs = {
  title: 'Jobs',
  async show(view, { attempt, tell }) {
    const box = card('');
    view.replaceChildren(head('Jobs', 'What this server does by itself, in small steps'), box);
    const refresh = async () => {
      const list = await api.get('jobs');
      box.replaceChildren(table('Jobs', [
        { title: 'Job', cell: (job) => [el('strong', {}, job.Name), el('p', { class: 'hint' }, job.Duty)] },
        { title: 'State', cell: state },
        { title: 'Last run', kind: 'nowrap', cell: (job) => el('span', { title: at(job.LastRun) }, `${ago(job.LastRun)}, ${ms(job.LastMs)}`) },
        { title: 'Next run', kind: 'nowrap', cell: (job) => el('span', { title: at(job.NextRun) }, job.Running ? 'now' : ago(job.NextRun)) },
        { title: 'Steps', kind: 'number', cell: (job) => count(job.Steps) },
        { title: 'Failures', kind: 'number', cell: (job) => count(job.Failures) },
        { title: 'Do', spoken: true, cell: (job) => el('button', { class: 'small quiet', type: 'button', 'aria-label': `Run ${job.Name} now`, click: () => run(job) }, 'Run now') },
      ], list, 'There are no jobs.'));
    };
    const run = async (job) => {
      if (await attempt(() => api.post(`jobs/${encodeURIComponent(job.Name)}/run`))) {
        tell(`${job.Name} was told to run.`);
        await attempt(refresh);
      }
    };
    await refresh();
    const timer = setInterval(() => (box.contains(document.activeElement) ? null : attempt(refresh)), REFRESH_MS);
    return () => clearInterval(timer);
  },
};

function state(job) {
  if (job.LastError) {
    return [el('span', { class: 'pill bad' }, 'failed'), el('p', { class: 'error' }, job.LastError)];
  }
  if (job.Progress) {
    const { Done, All, Units } = job.Progress;
    return [el('span', { class: 'pill' }, 'at work'), el('progress', { max: All || 1, value: Done, 'aria-label': `${job.Name}: how far it has come` }),
      el('p', { class: 'hint' }, `${count(Done)} of ${count(All)} ${Units}`)];
  }
  return el('span', { class: 'pill' }, job.StepsInARow ? `at work, ${count(job.StepsInARow)} steps` : job.Running ? 'running' : 'at rest');
}
