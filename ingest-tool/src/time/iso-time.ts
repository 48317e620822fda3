const PATTERN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?\s*(Z|Z?[+-]\d\d:?\d\d)?)?$/i;

/** A time as a text gives it. */
interface IsoTime {
  /** Since 1970, its nanoseconds cut off; as if it were UTC where it names no zone. NaN for any other text. */
  micros: number;
  hasZone: boolean;
}

/** Reads an ISO 8601 time; a date alone is its midnight. Also takes a blank for the T, and the `Z+0000` of mosquitto 2.0. */
export function isoTime(text: string): IsoTime {
  const [, date, clock = '00:00', seconds = ':00', fraction = '', zone] = PATTERN.exec(text.trim()) ?? [];
  if (date === undefined) return { micros: NaN, hasZone: false };
  const offset = (zone ?? 'Z').replace(/^Z(?=[+-])/i, '').replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const whole = Date.parse(`${date}T${clock}${seconds}${offset.toUpperCase()}`);
  return { micros: whole * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0')), hasZone: zone !== undefined };
}

/** UTC microseconds of an ISO 8601 time; NaN for any other text. Without a zone it is UTC. */
export function isoMicros(text: string): number {
  return isoTime(text).micros;
}
