// The servers that this one knows: fetched page by page, and counted.

import * as api from '../../api.js';
import { count, some } from '../../words.js';

const MOST = 1_000; // servers that an answer holds
const ROWS = 50;
const MOST_ANSWERS = 20; // that the search for a state reads at once
const AWAY = ['dead', 'left'];

export const STATES = ['active', 'read-only', 'draining', 'suspect', ...AWAY];

export const isAway = (server) => AWAY.includes(server.State);

/** A page of those in the zone and the state, where these are told; `next` is to be sent as `after` for the one that follows it. */
export async function page({ zone, state, after }) {
  const limit = state ? MOST : ROWS;
  const rows = [];
  let last = after;
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const found = await api.servers({ zone, after: last, limit });
    for (const server of found) {
      last = server.Id;
      if (!state || server.State === state) {
        rows.push(server);
      }
      if (rows.length === ROWS) {
        return { rows, next: last };
      }
    }
    if (found.length < limit) {
      return { rows, next: null };
    }
  }
  return { rows, next: last };
}

/** The first servers, as many as one answer holds: in most networks all. */
export const first = () => api.servers({ limit: MOST });

/** How many servers there are, and how many of them are away, in words. */
export function counted(servers) {
  if (servers.length === MOST) {
    return { total: `${count(MOST)} or more`, away: `of the first ${count(MOST)}, ${count(servers.filter(isAway).length)} are away` };
  }
  const away = servers.filter(isAway).length;
  return {
    total: count(servers.length),
    away: away ? `${some(away, 'is', 'are')} away` : servers.length === 1 ? 'no other is known' : 'all answer',
  };
}
