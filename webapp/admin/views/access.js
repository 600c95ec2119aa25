// Tokens for programs, and links for people.

import * as api from '../api.js';
import { confirmed } from '../confirm.js';
import { card, el, head, table } from '../dom.js';
import { ago, at } from '../words.js';

export const access = {
  title: 'Access',
  async show(view, { attempt, tell, again }) {
    const tokens = await api.get('tokens');
    const made = el('div', { role: 'status', 'aria-live': 'polite' });
    const revoke = async (row) => {
      if (await confirmed({
        title: `Revoke ${row.Name}?`, button: 'Revoke', word: 'revoke',
        text: 'Programs that use it are refused from now on, and browsers that signed in with it are signed out.',
      }) && await attempt(() => api.remove(`tokens/${row.Id}`))) {
        await again();
        tell(`${row.Name} is revoked.`);
      }
    };
    const list = card('In use', table('Tokens and links', [
      { title: 'Name', cell: (row) => row.Name },
      { title: 'Kind', cell: (row) => el('span', { class: 'pill' }, row.Kind) },
      { title: 'Made', kind: 'nowrap', cell: (row) => at(row.MadeAt) },
      { title: 'Last used', kind: 'nowrap', cell: (row) => ago(row.UsedAt) },
      { title: 'Ends', kind: 'nowrap', cell: (row) => (row.ExpiresAt ? ago(row.ExpiresAt) : 'when revoked') },
      { title: 'Do', spoken: true, cell: (row) => el('button', { class: 'small quiet', type: 'button', 'aria-label': `Revoke ${row.Name}`, click: () => revoke(row) }, 'Revoke') },
    ], tokens, 'There is none: sign in again by a link from apidrive admin-link, or make a token.'));
    view.replaceChildren(head('Access', 'Of each secret only a hash is kept: what is shown here is shown once'), made,
      card('Make one', el('div', { class: 'grid' }, form('A token for a program', 'Make token', 'tokens', (answer) => answer.Token,
        'Send it as Authorization: Bearer …, or sign in with it. It stays until it is revoked.'),
      form('A token for a writer', 'Make writer', 'tokens', (answer) => answer.Token,
        'It lets store, name and delete where APIDRIVE_WRITE_TOKENS demands a token for that, and opens nothing else.', 'writer'),
      form('A link for a person', 'Make link', 'links', (answer) => answer.Url, 'It opens this page once, within 24 hours.'))), list);

    function form(title, button, route, secret, hint, kind) {
      const name = el('input', { required: true, maxlength: 64, autocomplete: 'off' });
      return el('form', { submit: (event) => {
        event.preventDefault();
        attempt(async () => {
          const answer = await api.post(route, kind ? { Name: name.value.trim(), Kind: kind } : { Name: name.value.trim() });
          await again();
          document.getElementById('view').prepend(shown(answer.Name, secret(answer)));
        });
      } }, el('h3', {}, title), el('p', { class: 'hint' }, hint), el('label', {}, 'Name', name), el('p', {}, el('button', { type: 'submit' }, button)));
    }
  },
};

function shown(name, secret) {
  const copy = el('button', { class: 'small', type: 'button', click: async () => {
    await navigator.clipboard.writeText(secret);
    copy.textContent = 'Copied';
  } }, 'Copy');
  return el('div', { class: 'notice', role: 'status' }, el('strong', {}, `${name}: copy it now, it is not shown again.`),
    el('pre', {}, el('code', { id: 'secret' }, secret)), navigator.clipboard ? copy : '');
}
