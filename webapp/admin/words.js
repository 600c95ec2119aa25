// Numbers, sizes and times as people read them, in the browser's language and time zone.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const few = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const amounts = ['second', 'minute', 'hour', 'day'].map((unit) =>
  new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }));
const STEPS = [['second', 60], ['minute', 60], ['hour', 24], ['day', Infinity]];

export const count = (value) => number.format(value);
export const rate = (value) => few.format(value);
export const at = (text) => (text ? moment.format(new Date(text)) : '–');
export const dayOf = (text) => day.format(new Date(`${text}T00:00:00Z`));

export const percent = (part, whole) => (whole === 0 ? '–' : `${(part / whole * 100).toFixed(part / whole < 0.1 ? 1 : 0)} %`);

export const some = (value, one, many) => `${count(value)} ${value === 1 ? one : many}`;

export function bytes(value) {
  let rest = value;
  let unit = 0;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${few.format(rest)} ${UNITS[unit]}`;
}

export function ms(value) {
  return value === null || value === undefined ? '–' : value < 1000 ? `${few.format(value)} ms` : `${few.format(value / 1000)} s`;
}

/** How long ago, or in how long. */
export function ago(text) {
  if (!text) {
    return '–';
  }
  let rest = (new Date(text) - Date.now()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(rest) < size) {
      return relative.format(Math.round(rest), unit);
    }
    rest /= size;
  }
  return '–';
}

/** Seconds in the largest unit that they fill. */
export function span(seconds) {
  let rest = seconds;
  let unit = 0;
  while (rest >= STEPS[unit][1]) {
    rest /= STEPS[unit][1];
    unit++;
  }
  return amounts[unit].format(Math.floor(rest));
}
