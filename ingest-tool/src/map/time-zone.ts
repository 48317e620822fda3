const MINUTE_MICROS = 60_000_000;
const HOUR_MICROS = 60 * MINUTE_MICROS;

/** What clocks of a place are ahead of UTC, in microseconds, when they show a time (given as if it were UTC). */
export type ZoneOffset = (localMicros: number) => number;

const FIXED = /^(?:UTC|Z)?(?:([+-])(\d{1,2})(?::?(\d\d))?)?$/i;

/**
 * The offset of a zone: a name of the IANA database such as `Europe/Berlin`, or a fixed offset such as `+01:00` or `UTC-5`.
 * Of a time that clocks show twice in autumn the first is meant; one that they leave out in spring is read with the
 * offset before.
 * @returns undefined where there is no such zone
 */
export function zoneOffset(zone: string): ZoneOffset | undefined {
  const fixed = FIXED.exec(zone.trim());
  if (fixed !== null && zone.trim() !== '') {
    const [, sign, hours = '0', minutes = '0'] = fixed;
    const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MICROS * (sign === '-' ? -1 : 1);
    return () => offset;
  }
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  const known = new Map<number, number>();
  return (localMicros) => {
    if (!Number.isFinite(localMicros)) return 0;
    // No zone has changed its clocks within a quarter of an hour of the full or half hour other than at it.
    const quarter = Math.floor(localMicros / (HOUR_MICROS / 4));
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = offsetAt(format, quarter * (HOUR_MICROS / 4));
      known.set(quarter, offset);
    }
    return offset;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

function offsetAt(format: Intl.DateTimeFormat, localMicros: number): number {
  const day = 24 * HOUR_MICROS;
  const before = shownMinusUtc(format, localMicros - day);
  const after = shownMinusUtc(format, localMicros + day);
  // A time is right where the clock, so much behind, shows it; the earlier instant has the larger offset in autumn.
  const fits = [before, after].filter((offset) => shownMinusUtc(format, localMicros - offset) === offset);
  return fits.length === 0 ? before : Math.max(...fits);
}

function shownMinusUtc(format: Intl.DateTimeFormat, micros: number): number {
  const parts = new Map(format.formatToParts(micros / 1000).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shown = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
  return shown * 1000 - Math.floor(micros / 1e6) * 1e6;
}
