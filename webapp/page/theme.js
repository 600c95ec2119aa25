// Applies the remembered choice of light or dark before anything is painted; a classic script, for modules run too late.
(() => {
  const root = document.documentElement;
  const choices = ['system', 'light', 'dark'];
  const remembered = () => {
    try {
      return localStorage.getItem('theme');
    } catch {
      return null; // storage may be forbidden
    }
  };
  const apply = (choice) => {
    if (choice === 'light' || choice === 'dark') {
      root.dataset.theme = choice;
    } else {
      delete root.dataset.theme;
    }
  };
  apply(remembered());
  document.addEventListener('DOMContentLoaded', () => {
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      const show = () => {
        const now = root.dataset.theme ?? 'system';
        button.textContent = { system: '◐ System', light: '☀ Light', dark: '☾ Dark' }[now];
        button.setAttribute('aria-label', `Colours: ${now}. Change`);
      };
      button.addEventListener('click', () => {
        const next = choices[(choices.indexOf(root.dataset.theme ?? 'system') + 1) % choices.length];
        apply(next);
        try {
          localStorage.setItem('theme', next);
        } catch {
          // the choice then holds for this visit
        }
        show();
      });
      button.hidden = false;
      show();
    }
  });
})();
