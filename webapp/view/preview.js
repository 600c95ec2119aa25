// An object as something to look at, where that can do no harm: media in elements of the browser, text as text. What strangers
// wrote is never a document of this site; the node's own header fields see to that as well.

import { address } from '../page/object.js';
import { bytes } from '../page/words.js';

const MOST_TEXT = 65_536; // bytes
const TEXTS = ['text/plain', 'text/csv', 'text/markdown', 'application/json'];
const PDF = 'application/pdf';
const NONE = { element: null, note: null, canOpen: false };

/** {element, note, canOpen}: what shows it, null for nothing; what to say of it, null for nothing; whether its address shows it, too. */
export async function preview(object) {
  const type = object.type.split(';')[0].trim().toLowerCase();
  const [kind] = type.split('/');
  if (object.size === 0) {
    return { ...NONE, note: 'It has no bytes.' };
  }
  if (kind === 'video' || kind === 'audio') {
    return { ...NONE, element: media(kind, object) };
  }
  if (kind === 'image') {
    return { ...NONE, element: picture(object) };
  }
  if (TEXTS.includes(type)) {
    return text(object);
  }
  return type === PDF ? { ...NONE, canOpen: true } : { ...NONE, note: 'A file of this type is not shown here, only handed out.' };
}

/** With the browser's own controls, which seek by asking for ranges. */
function media(kind, object) {
  const element = document.createElement(kind);
  element.controls = true;
  element.preload = 'metadata';
  element.playsInline = true;
  element.setAttribute('aria-label', object.name ?? kind);
  element.src = address(object.id);
  return element;
}

/** Scripts in a picture, as SVG may have them, do not run in an img. */
function picture(object) {
  const element = document.createElement('img');
  element.alt = object.name ?? 'the picture';
  element.src = address(object.id);
  return element;
}

async function text(object) {
  const answer = await fetch(address(object.id), { headers: { Range: `bytes=0-${MOST_TEXT - 1}` } });
  if (!answer.ok) {
    return { ...NONE, note: 'Its text cannot be had now.' };
  }
  const element = document.createElement('pre');
  element.tabIndex = 0;
  element.setAttribute('role', 'region');
  element.setAttribute('aria-label', 'Its text');
  element.textContent = decoder(object.type).decode(await answer.arrayBuffer(), { stream: true }); // the last character may be cut
  return { ...NONE, element, note: object.size > MOST_TEXT ? `The first ${bytes(MOST_TEXT)} are shown.` : null };
}

function decoder(type) {
  try {
    return new TextDecoder(/;\s*charset="?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8');
  } catch {
    return new TextDecoder(); // of a name that nobody knows
  }
}
