// Brings what is shown up to date in place: what has the focus keeps it, what was scrolled stays, what did not change is left alone.

/** Makes `shown` like `fresh`, which is used up. Elements with one data-key are the same thing, wherever they stand among others. */
export function morph(shown, fresh) {
  for (const { name } of [...shown.attributes]) {
    if (!fresh.hasAttribute(name)) {
      shown.removeAttribute(name);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (shown.getAttribute(name) !== value) {
      shown.setAttribute(name, value);
    }
  }
  morphChildren(shown, [...fresh.childNodes]);
}

/** As morph, of what lies in an element, to be elements, texts, and null for nothing; its own attributes stay. */
export function morphChildren(shown, children) {
  const fresh = children.filter((child) => child !== null).map((child) => (child instanceof Node ? child : new Text(child)));
  const known = new Map([...shown.children].map((child) => [key(child), child]));
  const wanted = new Set(fresh.map(key));
  let at = shown.firstChild;
  const drop = () => {
    const dropped = at;
    at = at.nextSibling;
    dropped.remove();
  };
  for (const node of fresh) {
    while (at && key(at) && !wanted.has(key(at))) {
      drop(); // rather than move what follows it: an element that is moved loses the focus
    }
    const same = key(node) ? known.get(key(node)) : at && isAlike(at, node) ? at : null;
    if (same && same === at) {
      at = at.nextSibling;
    } else {
      shown.insertBefore(same ?? node, at);
    }
    if (same) {
      update(same, node);
    }
  }
  while (at) {
    drop();
  }
}

function update(shown, fresh) {
  if (shown.nodeType === Node.ELEMENT_NODE) {
    morph(shown, fresh);
  } else if (shown.data !== fresh.data) {
    shown.data = fresh.data;
  }
}

const key = (node) => node.dataset?.key;

const isAlike = (one, other) => one.nodeName === other.nodeName && !key(one);
