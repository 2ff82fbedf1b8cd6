// Times as people read them: the local date and time, and how far off that is.
const locale = navigator.language === 'en-XA' ? 'en' : navigator.language;
const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const numbers = new Intl.NumberFormat(locale);

const kSteps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];

export function when(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : absolute.format(time);
}
export function howFar(text: string, now = Date.now()): string {
  const seconds = (Date.parse(text) - now) / 1000;
  if (Number.isNaN(seconds)) return '';
  for (const [unit, size] of kSteps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.trunc(seconds), 'second');
}
export function count(n: number): string {
  return numbers.format(n);
}
// How long, in its two largest units: "3d 4h".
export function span(seconds: number): string {
  const parts: [string, number][] = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
  const first = Math.max(0, parts.findIndex(([, size]) => seconds >= size));
  let left = seconds;
  return parts.slice(first, first + 2).map(([unit, size]) => {
    const n = Math.floor(left / size);
    left -= n * size;
    return n > 0 ? `${count(n)} ${unit}` : '';
  }).filter(Boolean).join(' ') || '0 s';
}
// "1.5 GiB".
export function bytes(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = n, unit = 0;
  for (; size >= 1024 && unit < units.length - 1; ++unit) size /= 1024;
  return `${numbers.format(size >= 10 || unit === 0 ? Math.round(size) : Math.round(size * 10) / 10)} ${units[unit]}`;
}
