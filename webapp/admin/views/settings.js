// The settings in force, and where each came from.

import * as api from '../api.js';
import { card, el, head, table } from '../dom.js';

const ORIGINS = { option: 'option', environment: 'environment', file: 'properties file', default: 'default' };

export const settings = {
  title: 'Settings',
  async show(view) {
    const list = await api.get('settings');
    view.replaceChildren(head('Settings', 'Read at the start; a change needs a restart'),
      card('', table('Settings', [
        { title: 'Key', kind: 'mono nowrap', cell: (row) => row.Key },
        { title: 'Value', kind: 'mono', cell: (row) => row.Value || '–' },
        { title: 'From', kind: 'nowrap', cell: (row) => (row.Origin === 'default' ? 'default' : el('span', { class: 'pill' }, ORIGINS[row.Origin])) },
        { title: 'Meaning', cell: (row) => row.Meaning },
      ], list, 'There are none.')));
  },
};
