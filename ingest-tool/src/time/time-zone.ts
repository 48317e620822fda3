const HOUR_MICROS = 3_600_000_000;
const MINUTE_MICROS = 60_000_000;

/**
 * Turns a clock's time into UTC: both are microseconds since 1970, as if the clock ran in UTC. NaN where the clock shows that
 * time twice, or never, because it is set to summer and winter time.
 */
export type Zone = (localMicros: number) => number;

export const UTC_ZONE: Zone = (micros) => micros;

/**
 * A zone by its offset (`-05:00`, `UTC-5`, `Z`) or by its name in the IANA database (`Europe/Dublin`); undefined where it is neither.
 */
export function zoneNamed(name: string): Zone | undefined {
  if (/^(?:utc|gmt|z)$/i.test(name)) return UTC_ZONE;
  const fixed = /^(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(name);
  if (fixed !== null) {
    const [, sign, hours, minutes = '0'] = fixed;
    if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
    const offset = (Number(hours) * HOUR_MICROS + Number(minutes) * MINUTE_MICROS) * (sign === '-' ? -1 : 1);
    return (micros) => micros - offset;
  }
  return ianaZone(name);
}

function ianaZone(timeZone: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const offsets = new Map<number, number>();
  /** What the clock is ahead of UTC in a quarter of an hour, within which no zone changes. */
  const offsetAt = (utcMicros: number): number => {
    const quarter = Math.floor(utcMicros / (15 * MINUTE_MICROS));
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size > 100_000) offsets.clear();
      const text = format.formatToParts(quarter * 15 * 60_000).find(({ type }) => type === 'timeZoneName')?.value;
      const [, sign, hours = '0', minutes = '0', seconds = '0'] =
        /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(text ?? '') ?? [];
      const size = Number(hours) * HOUR_MICROS + Number(minutes) * MINUTE_MICROS + Number(seconds) * 1e6;
      offset = sign === '-' ? -size : size;
      offsets.set(quarter, offset);
    }
    return offset;
  };
  return (local) => {
    if (Math.abs(local) > 8e18) return Number.NaN;
    // A zone is never changed by more than a day: the offsets a day before and after are all there can be.
    const candidates = new Set([offsetAt(local - 24 * HOUR_MICROS), offsetAt(local + 24 * HOUR_MICROS)]);
    const times = [...candidates].map((offset) => local - offset).filter((utc) => offsetAt(utc) === local - utc);
    return times.length === 1 ? (times[0] ?? Number.NaN) : Number.NaN;
  };
}
