import { formatUtc } from './utc-text';

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
