import { formatUtc, parseUtc } from './utc-text';

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * An instant in a zone as `2012-01-31 07:30`, with seconds and their fraction where there are any.
 * @param timeMs UTC milliseconds
 */
export function formatInZone(timeMs: number, zone: string): string {
  if (zone === 'UTC') return formatUtc(timeMs);
  const format = formats.get(zone) ?? zoneFormat(zone);
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const { year = '', month, day, hour, minute, second, fractionalSecond } = parts;
  const seconds = `${second}.${fractionalSecond}`.replace(/\.000$/, '').replace(/^00$/, '');
  return `${year.padStart(4, '0')}-${month}-${day} ${hour}:${minute}${seconds === '' ? '' : `:${seconds}`}`;
}

/** A stretch of time in a zone, with its name: `2012-01-31 to 2012-02-29 UTC`. Times are UTC milliseconds. */
export function formatWindow({ from, to }: { from: number; to: number }, zone: string): string {
  return `${formatInZone(from, zone)} to ${formatInZone(to, zone)} ${zone}`;
}

const DAY = 86_400_000;

/**
 * Reads a date, or a date and time, as the clocks of a zone show it; one that ends in `Z` is UTC all the same. Of a time that
 * clocks show twice the earlier one is meant; one that they leave out is as much later as they are put on.
 * @returns UTC milliseconds; undefined where {@link parseUtc} reads no time
 */
export function parseInZone(text: string, zone: string): number | undefined {
  const shown = parseUtc(text);
  if (shown === undefined || zone === 'UTC' || /Z\s*$/.test(text)) return shown;
  const ahead = (timeMs: number) => (parseUtc(formatInZone(timeMs, zone)) ?? timeMs) - timeMs;
  const [before, after] = [shown - ahead(shown - DAY), shown - ahead(shown + DAY)];
  return before + ahead(before) === shown || after + ahead(after) !== shown ? before : after;
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
}
