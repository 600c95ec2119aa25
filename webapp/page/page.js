// The page: files that are dropped or chosen are uploaded whole, or cut into chunks; .apidrive files are fetched.

import { keepFresh } from './facts.js';
import { Getting } from './getting.js';
import { Putting } from './putting.js';
import { tidy as tidyUploads } from './remembered.js';
import { Sharing } from './sharing.js';
import { tidy } from './sinks.js';

const list = document.getElementById('transfers');
const sharing = new Sharing(list);
const putting = new Putting(list);
const getting = new Getting(list);
const takers = { share: (file) => sharing.add(file), put: (file) => putting.add(file), get: (file) => getting.open(file) };

/** `wanted`: share, put or get; null for what a file is dropped for that is dropped anywhere. */
function take(files, wanted) {
  for (const file of files) {
    takers[wanted ?? (file.name.toLowerCase().endsWith('.apidrive') ? 'get' : 'share')](file);
  }
  document.getElementById('work').hidden = false;
}

for (const kind of Object.keys(takers)) {
  const input = document.getElementById(`${kind}-input`);
  document.getElementById(`${kind}-choose`).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take(input.files, kind);
    input.value = ''; // so that the same file can be chosen again
  });
}

let over = 0;
function dragged(by) {
  over += by;
  document.body.classList.toggle('is-dragged-over', over > 0);
}
addEventListener('dragenter', () => dragged(1));
addEventListener('dragleave', () => dragged(-1));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  dragged(-over);
  const place = event.target instanceof Element ? event.target.closest('[data-drop]') : null;
  take(event.dataTransfer.files, place?.dataset.drop ?? null);
});
addEventListener('beforeunload', (event) => {
  if (sharing.isBusy || putting.isBusy || getting.isBusy) {
    event.preventDefault();
  }
});

keepFresh();
tidyUploads();
tidy().catch(() => {}); // what cannot be removed now is removed another time
document.documentElement.dataset.ready = '';
