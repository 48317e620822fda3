/** Unit of an integer time since 1970-01-01 UTC. */
export type EpochUnit = 's' | 'ms' | 'us' | 'ns';

/**
 * Tells the unit of a time by its size: seconds stay below 10¹¹ until the year 5138, milliseconds below 10¹⁴,
 * microseconds below 10¹⁷; the same limits downwards reach back to March 1973.
 */
export function epochUnitOf(value: number): EpochUnit {
  const size = Math.abs(value);
  if (size < 1e11) return 's';
  if (size < 1e14) return 'ms';
  return size < 1e17 ? 'us' : 'ns';
}

/** UTC microseconds of a time in a unit, rounded down to a whole microsecond. */
export function microsOf(value: number, unit: EpochUnit): number {
  switch (unit) {
    case 's':
      return Math.floor(value * 1e6);
    case 'ms':
      return Math.floor(value * 1e3);
    case 'us':
      return Math.floor(value);
    case 'ns':
      return Math.floor(value / 1e3);
  }
}

/**
 * UTC microseconds of nanoseconds given as two 32-bit words, exactly: nanoseconds since 1970 exceed 2⁵³.
 */
export function microsOfNanos(low: number, high: number): number {
  const quotient = Math.floor(high / 1000);
  const rest = high - quotient * 1000;
  return quotient * 2 ** 32 + Math.floor((rest * 2 ** 32 + low) / 1000);
}
