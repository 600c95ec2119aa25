// Copies a text where the user can paste it.

/** Whether it worked. `field` holds the text: over plain http from another machine only what is selected can be copied. */
export async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
}

/** Has the button copy what the field holds, and `say` told so. */
export function copies(button, field, say) {
  const label = button.textContent;
  button.addEventListener('click', async () => {
    const isCopied = await copy(field);
    button.textContent = isCopied ? 'Copied' : label;
    say(isCopied ? 'The link is copied.' : 'The link could not be copied. It is selected: copy it by the keyboard.');
    setTimeout(() => {
      button.textContent = label;
    }, 2_000);
  });
  field.addEventListener('focus', () => field.select());
}
