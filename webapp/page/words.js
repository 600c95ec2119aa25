// Figures in words.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 as "1.5 KiB". */
export function bytes(count) {
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** 12345 as "12,345". */
export function count(number) {
  return number.toLocaleString('en-GB');
}

/** Seconds as "3 min 20 s". */
export function time(seconds) {
  const whole = Math.ceil(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

/** "P30D" as "30 days"; other durations as they are. */
export function lifetime(iso) {
  const days = /^P(\d+)D$/.exec(iso);
  return days ? `${days[1]} ${days[1] === '1' ? 'day' : 'days'}` : iso.replace('PT', '').toLowerCase();
}

export function plural(number, one, many) {
  return `${count(number)} ${number === 1 ? one : many}`;
}
