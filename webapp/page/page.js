// The page: files that are dropped or chosen are stored, .apidrive files are fetched.

import { keepFresh } from './facts.js';
import { Getting } from './getting.js';
import { Putting } from './putting.js';
import { tidy } from './sinks.js';

const list = document.getElementById('transfers');
const putting = new Putting(list);
const getting = new Getting(list);

function take(files, wanted) {
  for (const file of files) {
    const isManifest = wanted === 'get' || (wanted !== 'put' && file.name.toLowerCase().endsWith('.apidrive'));
    if (isManifest) {
      getting.open(file);
    } else {
      putting.add(file);
    }
  }
  document.getElementById('work').hidden = false;
}

for (const kind of ['put', 'get']) {
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
  take(event.dataTransfer.files, null);
});
addEventListener('beforeunload', (event) => {
  if (putting.isBusy || getting.isBusy) {
    event.preventDefault();
  }
});

keepFresh();
tidy().catch(() => {}); // what cannot be removed now is removed another time
document.documentElement.dataset.ready = '';
