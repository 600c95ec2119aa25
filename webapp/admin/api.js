// The admin API, as any program with a token may use it. Here the session's cookie proves who asks, and the text that the
// session came with that the question is this page's own.

const BASE = '../api/admin/';
const SERVERS = '../drive/servers'; // from there
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

/** Servers of the network in the order of their ids: at most `limit` after the one with the id `after`, of one zone if it is told. */
export function servers({ after = '', limit, zone = '' }) {
  const query = Object.entries({ after, limit, zone }).filter(([, value]) => value !== '');
  return send('GET', `${SERVERS}?${new URLSearchParams(query)}`);
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
  const headers = { Accept: 'application/json' };
  if (csrf) {
    headers['X-CSRF-Token'] = csrf;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(BASE + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refusal(0, 'The server cannot be reached.');
  }
  const text = await answer.text();
  const document = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    throw new Refusal(answer.status, document?.detail ?? `The server answered ${answer.status}.`);
  }
  return document;
}
