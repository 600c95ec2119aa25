// Asks for a typed confirmation before something is lost.

const dialog = document.getElementById('confirm');
const input = document.getElementById('confirm-input');
const yes = document.getElementById('confirm-yes');
let wanted = '';

input.addEventListener('input', () => {
  yes.disabled = input.value.trim().toLowerCase() !== wanted;
});
document.getElementById('confirm-no').addEventListener('click', () => dialog.close('no'));
document.getElementById('confirm-form').addEventListener('submit', (event) => {
  event.preventDefault();
  dialog.close('yes');
});

/** Whether somebody typed the word, in any case. */
export function confirmed({ title, text, word, button }) {
  document.getElementById('confirm-title').textContent = title;
  document.getElementById('confirm-text').textContent = text;
  document.getElementById('confirm-label').textContent = `Type ${word} to confirm`;
  yes.textContent = button;
  yes.disabled = true;
  input.value = '';
  wanted = word.toLowerCase();
  dialog.returnValue = 'no';
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
