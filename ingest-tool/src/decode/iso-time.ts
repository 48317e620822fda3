const PATTERN = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * UTC microseconds of an ISO 8601 time, its nanoseconds cut off; NaN for any other text. Without a zone it is UTC.
 */
export function isoMicros(text: string): number {
  const [, date, clock, fraction = '', zone = 'Z'] = PATTERN.exec(text.trim()) ?? [];
  if (date === undefined || clock === undefined) return NaN;
  const seconds = Date.parse(`${date}T${clock}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()}`);
  return seconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
