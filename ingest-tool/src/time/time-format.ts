import { fullYear, monthNamed } from './written-date';

/** What the letters of a format stand for, and what is read for them. */
const TOKENS: readonly [token: string, pattern: string][] = [
  ['YYYY', '(?<year>\\d{4})'],
  ['YY', '(?<shortYear>\\d\\d)'],
  ['MMM', '(?<monthName>[A-Za-z]{3})[a-z]*'],
  ['MM', '(?<month>\\d\\d)'],
  ['M', '(?<month>\\d{1,2})'],
  ['DDD', '(?<dayOfYear>\\d{1,3})'],
  ['DD', '(?<day>\\d\\d)'],
  ['D', '(?<day>\\d{1,2})'],
  ['HH', '(?<hour>\\d\\d)'],
  ['H', '(?<hour>\\d{1,2})'],
  ['hh', '(?<hour>\\d\\d)'],
  ['h', '(?<hour>\\d{1,2})'],
  ['mm', '(?<minute>\\d\\d)'],
  ['m', '(?<minute>\\d{1,2})'],
  ['ss', '(?<second>\\d\\d(?:[.,]\\d+)?)'],
  ['s', '(?<second>\\d{1,2}(?:[.,]\\d+)?)'],
  ['A', '(?<half>[AaPp])\\.?[Mm]\\.?'],
];

/**
 * Makes a reader of dates from a format such as `DD/MM/YYYY HH:mm:ss`, `D-MMM-YY h:mm A` or `YYYY DDD HHmm`. Seconds may
 * have a fraction; YY is 1970 to 2069. A time that no calendar has, such as 31 April, is NaN, and so is any other text.
 * @returns microseconds since 1970 as if the text were UTC; undefined for a format without a year, month and day
 */
export function timeFormatReader(format: string): ((text: string) => number) | undefined {
  const seen = new Set<string>();
  let pattern = '';
  for (let rest = format.trim(); rest !== '';) {
    const [token, own] = TOKENS.find(([name]) => rest.startsWith(name)) ?? [];
    if (token === undefined || own === undefined) {
      const [blanks] = /^\s+/.exec(rest) ?? [];
      pattern += blanks === undefined ? rest.charAt(0).replace(/[^A-Za-z0-9]/, '\\$&') : '\\s+';
      rest = rest.slice(blanks?.length ?? 1);
      continue;
    }
    const name = /\?<(\w+)>/.exec(own)?.[1] ?? '';
    if (seen.has(name)) return undefined;
    seen.add(name);
    pattern += own;
    rest = rest.slice(token.length);
  }
  const hasYear = seen.has('year') !== seen.has('shortYear');
  const hasDay = seen.has('dayOfYear') || (seen.has('day') && (seen.has('month') || seen.has('monthName')));
  if (!hasYear || !hasDay) return undefined;
  const expression = new RegExp(`^${pattern}$`);
  return (text) => microsOfParts(expression.exec(text.trim())?.groups);
}

function microsOfParts(parts: Record<string, string | undefined> | undefined): number {
  if (parts === undefined) return NaN;
  const { shortYear, monthName, dayOfYear, half } = parts;
  const year = shortYear === undefined ? Number(parts['year']) : fullYear(Number(shortYear));
  const month = monthName === undefined ? Number(parts['month'] ?? 1) : monthNamed(monthName);
  const day = Number(dayOfYear ?? parts['day']);
  const minute = Number(parts['minute'] ?? 0);
  const second = Number((parts['second'] ?? '0').replace(',', '.'));
  const clock = Number(parts['hour'] ?? 0);
  const hour = half === undefined ? clock : (clock % 12) + (/p/i.test(half) ? 12 : 0);
  // 24:00 is the midnight at the end of the day.
  const isClock = minute < 60 && second < 61 && (hour < 24 || (hour === 24 && minute === 0 && second === 0));
  if (!isClock || month < 1 || month > 12 || day < 1 || (half !== undefined && (clock < 1 || clock > 12))) return NaN;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const isDay = dayOfYear === undefined ? midnight.getUTCMonth() === month - 1 : midnight.getUTCFullYear() === year;
  if (!isDay) return NaN;
  return midnight.getTime() * 1000 + (hour * 60 + minute) * 60_000_000 + Math.round(second * 1e6);
}
