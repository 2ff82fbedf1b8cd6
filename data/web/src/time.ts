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
