// Elements, made of text and attributes; nothing that comes from outside is ever read as markup.

/** An element; attributes that are functions listen, true ones stand alone, null and false ones are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** As el, of SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/**
 * A table in a box that scrolls sideways; columns are {title, cell(row), kind, spoken}: kind a class, spoken not seen. Where rows
 * come and go, key(row) tells which is which.
 */
export function table(caption, columns, rows, empty, key = () => null) {
  if (rows.length === 0) {
    return el('p', { class: 'empty' }, empty);
  }
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    el('table', {},
      el('thead', {}, el('tr', {}, ...columns.map((column) =>
        el('th', { scope: 'col', class: column.kind ?? null },
          column.spoken ? el('span', { class: 'spoken' }, column.title) : column.title)))),
      el('tbody', {}, ...rows.map((row) => el('tr', { 'data-key': key(row) }, ...columns.map((column) =>
        el('td', { class: column.kind ?? null }, column.cell(row))))))));
}

/** A list of terms and what they are; pairs without a value are left out. */
export function facts(pairs) {
  return el('dl', { class: 'pairs' }, ...pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .flatMap(([term, value]) => [el('dt', {}, term), el('dd', {}, value)]));
}

export function head(title, hint) {
  return el('div', { class: 'head' }, el('h1', {}, title), hint ? el('p', {}, hint) : null);
}

export function card(title, ...children) {
  return el('section', { class: 'card' }, title ? el('h2', {}, title) : null, ...children);
}

/** A number that matters most, with its name above and what to know of it below. */
export function figure(title, value, hint) {
  return el('section', { class: 'card' }, el('h2', {}, title), el('p', { class: 'figure' }, value), el('p', { class: 'hint' }, hint));
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== null && value !== false && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
