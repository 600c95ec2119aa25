// The servers that this one knows: fetched page by page, and counted.

import * as api from '../../api.js';
import { count, some } from '../../words.js';

const FIRST = 1_000;
const ROWS = 50;
const AWAY = ['dead', 'left'];

export const STATES = ['active', 'read-only', 'draining', 'suspect', ...AWAY];

export const isAway = (server) => AWAY.includes(server.State);

/** A page of {servers, next}: those in the zone and the state, where these are told; `next` is the `after` of the one that follows. */
export const page = (wanted) => api.servers({ ...wanted, limit: ROWS });

/** The first servers: in most networks all. */
export const first = () => api.servers({ limit: FIRST });

/** How many servers there are and how many of them are away, in words; `network` counts them where they are too many to list. */
export function counted({ servers, next }, network) {
  const { Alive, Suspect, Dead } = network.Members;
  const all = next === null ? servers.length : Alive + Suspect + Dead;
  const away = next === null ? servers.filter(isAway).length : Dead;
  return {
    all,
    total: count(all),
    away: away ? some(away, 'is away', 'are away') : all === 1 ? 'no other is known' : 'all answer',
  };
}
