// Which servers keep each chunk of a file, as the manifest names them: in a network those that the answers told, as the command
// line has it, else this node. Files have many chunks and few sets of keepers: of a chunk only the number of its set is kept.

const AWAY = ['dead', 'left'];
const MOST_SERVERS = 1_000; // of the list: in a larger network this node may not be among them, and is then named as well

export class Keepers {
  #lists;
  #numbers;
  #known = new Map();
  #isNetwork = false;
  #isListed = false;

  /** `base` is this node's address, without a slash at its end. */
  constructor(base, count) {
    this.base = base;
    this.#lists = [[retrieve(base)]];
    this.#numbers = new Int32Array(count);
  }

  /** Finds out whether this node is one of several. One that cannot tell is none. */
  async discover(signal) {
    try {
      const response = await fetch(`${this.base}/api/drive/servers?limit=${MOST_SERVERS}`, { headers: { Accept: 'application/json' }, signal });
      const servers = response.ok ? await response.json() : [];
      this.#isNetwork = servers.filter((server) => !AWAY.includes(server.State)).length > 1;
      this.#isListed = servers.some((server) => bare(server.Url) === this.base);
    } catch {
      signal.throwIfAborted();
    }
  }

  /** These addresses of servers keep the chunk. */
  tell(order, holders) {
    const told = this.#isNetwork ? (holders ?? []).filter((url) => /^https?:\/\//.test(url) && URL.canParse(url)).map(bare) : [];
    const all = told.length > 0 && this.#isListed ? told : [...new Set([...told, this.base])];
    const key = all.join('\n');
    if (!this.#known.has(key)) {
      this.#known.set(key, this.#lists.push(all.map(retrieve)) - 1);
    }
    this.#numbers[order] = this.#known.get(key);
  }

  /** The endpoints that a manifest names for the chunk; of one that nobody told of, this node's. */
  of(order) {
    return this.#lists[this.#numbers[order]];
  }
}

const bare = (url) => url.replace(/\/+$/, '');

const retrieve = (base) => `${base}/api/drive/retrieve`;
