// The admin API, as any program with a token may use it. Here the session's cookie proves who asks, and the text that the
// session came with that the question is this page's own.

const BASE = '../api/admin/';
const SERVERS = '../drive/servers'; // from there
const NAMES = '../drive/name';
let csrf = null;

/** An answer that is an error: its words are meant for people. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Signs in by a token or a link's; returns the session. */
export async function signIn(token) {
  return remember(await send('POST', 'session', { Token: token }));
}

/** The session that the browser has, or a Refusal of status 401. */
export async function resume() {
  return remember(await send('GET', 'session'));
}

export async function signOut() {
  await send('DELETE', 'session');
  csrf = null;
}

export const get = (path) => send('GET', path);
export const post = (path, body) => send('POST', path, body);
export const put = (path, body) => send('PUT', path, body);
export const remove = (path) => send('DELETE', path);

/**
 * Servers of the network in the order of their ids, as {servers, next}: at most `limit` after the one with the id `after`, of the
 * zone and the state that are told; `next` is the `after` of the page that follows, null on the last.
 */
export async function servers(wanted) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  const answer = await exchange('GET', `${SERVERS}?${query}`);
  const next = /[?&]after=([^&>]+)/.exec(answer.headers.get('Link'));
  return { servers: await answer.json(), next: next ? next[1] : null };
}

/** What the name meant lately, the newest first. */
export async function versions(namespace, name) {
  return (await send('GET', `${NAMES}/${encodeURIComponent(namespace)}?versionsOf=${encodeURIComponent(name)}`)).Names;
}

/** Calls back with each new sample until the returned function is called. */
export function samples(onSample, onState) {
  const source = new EventSource(`${BASE}events`);
  source.onmessage = (event) => onSample(JSON.parse(event.data));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  return () => source.close();
}

function remember(session) {
  csrf = session.Csrf;
  return session;
}

async function send(method, path, body) {
  const text = await (await exchange(method, path, body)).text();
  return text ? JSON.parse(text) : null;
}

/** The answer, which went well. Nothing comes from a cache: numbers change while what they are about stays the same. */
async function exchange(method, path, body) {
  const headers = { Accept: 'application/json' };
  if (csrf) {
    headers['X-CSRF-Token'] = csrf;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(BASE + path, { method, headers, cache: 'no-store', body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refusal(0, 'The server cannot be reached.');
  }
  if (!answer.ok) {
    const text = await answer.text();
    throw new Refusal(answer.status, (text && JSON.parse(text).detail) || `The server answered ${answer.status}.`);
  }
  return answer;
}
