const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?Z?$/;

/**
 * Reads a UTC date or date and time: `2012-01-31`, `2012-01-31 06:30`, `2012-01-31T06:30:15.250Z`.
 * @returns UTC milliseconds; undefined where the text is anything else or no such day or hour exists
 */
export function parseUtc(text: string): number | undefined {
  const match = DATE.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
  const time = Date.parse(iso);
  return Number.isNaN(time) || new Date(time).toISOString() !== iso ? undefined : time;
}

/**
 * The shortest text of an instant that {@link parseUtc} reads back: the time of day is left out at midnight, seconds
 * where they are zero.
 * @param separator between date and time: `T` for URLs, a blank for people
 */
export function formatUtc(timeMs: number, separator: 'T' | ' ' = ' '): string {
  const iso = new Date(timeMs).toISOString();
  const date = iso.slice(0, 10);
  const time = iso
    .slice(11, -1)
    .replace(/\.000$/, '')
    .replace(/^(\d\d:\d\d):00$/, '$1');
  return time === '00:00' ? date : `${date}${separator}${time}`;
}
