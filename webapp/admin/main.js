// Signs in, and shows one view at a time, named by what stands behind the # of the address.

import * as api from './api.js';
import { el } from './dom.js';
import { overview } from './views/overview.js';
import { network } from './views/network.js';
import { activity } from './views/activity.js';
import { jobs } from './views/jobs.js';
import { clients } from './views/clients.js';
import { objects } from './views/objects.js';
import { chunks } from './views/chunks.js';
import { database } from './views/database.js';
import { settings } from './views/settings.js';
import { audit } from './views/audit.js';
import { access } from './views/access.js';

const VIEWS = { overview, network, activity, objects, chunks, clients, jobs, database, settings, access, audit };
const TOKEN = /^#(apidrive_[0-9a-f]{32}_[A-Za-z0-9_-]{43})$/;
const byId = (id) => document.getElementById(id);
let leave = () => {};
let turns = 0; // views shown so far

byId('tabs').append(...Object.entries(VIEWS).map(([name, view]) =>
  el('li', {}, el('a', { href: `#${name}` }, view.title))));

byId('sign-in-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  await begin(() => api.signIn(byId('token').value.trim()));
  byId('token').value = '';
});
byId('sign-out').addEventListener('click', async () => {
  leave();
  await api.signOut().catch(() => {});
  location.replace('./');
});
addEventListener('hashchange', () => (TOKEN.test(location.hash) ? start() : show()));

start();

/** By the link that was followed, else by the session that is there, else the form. */
async function start() {
  const link = TOKEN.exec(location.hash);
  if (link) {
    history.replaceState(null, '', location.pathname); // so that it is neither seen nor kept
  }
  await begin(link ? () => api.signIn(link[1]) : api.resume, !link);
}

async function begin(how, quietly = false) {
  byId('sign-in-error').textContent = '';
  try {
    const session = await how();
    byId('name').textContent = session.Name;
    byId('sign-in').hidden = true;
    byId('who').hidden = false;
    byId('app').hidden = false;
    const node = await api.get('node');
    byId('where').textContent = `${node.Url} · ${node.Version}`;
    await show();
  } catch (error) {
    ask(quietly && error.status === 401 ? '' : error.message);
  }
}

function ask(why) {
  turns++;
  leave();
  leave = () => {};
  byId('app').hidden = true;
  byId('who').hidden = true;
  byId('sign-in').hidden = false;
  byId('sign-in-error').textContent = why;
  byId('token').focus();
  document.documentElement.dataset.ready = 'sign-in';
}

async function show() {
  const turn = ++turns;
  const name = VIEWS[location.hash.slice(1)] ? location.hash.slice(1) : 'overview';
  delete document.documentElement.dataset.ready;
  leave();
  leave = () => {};
  for (const link of byId('tabs').querySelectorAll('a')) {
    if (link.hash === `#${name}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  document.title = `${VIEWS[name].title} · API Drive`;
  tell('');
  const view = el('div', { 'aria-busy': 'true' });
  byId('view').replaceChildren(view);
  await attempt(async () => {
    const left = (await VIEWS[name].show(view, { attempt, tell, again: show })) ?? (() => {});
    if (turn === turns) {
      leave = left;
    } else {
      left(); // somebody went on to another view meanwhile
    }
  });
  view.removeAttribute('aria-busy');
  if (turn === turns && !byId('app').hidden) {
    document.documentElement.dataset.ready = name;
  }
}

/** Does what somebody asked for, and tells what went wrong; whether it went well. */
async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    if (error.status === 401) {
      ask('The session has ended: sign in again.');
    } else {
      tell(error.message, 'bad');
    }
    return false;
  }
}

function tell(text, kind = '') {
  byId('notice').replaceChildren(...(text ? [el('p', { class: `notice ${kind}` }, text)] : []));
}
