import { QARTOD_FLAG } from '@tidelake/lake-format';
import { flagEach, type SeriesValues } from './series';

/**
 * Argo's pressure increasing test of one cast: the pressure that does not go on in the cast's direction (down or up,
 * whichever its steps sum to) is suspect (3). Missing pressures are 9 and passed over.
 */
export function pressureIncreasing(pressures: SeriesValues): Uint8Array {
  const present = pressures.filter(Number.isFinite);
  const direction = (present.at(-1) ?? 0) < (present[0] ?? 0) ? -1 : 1;
  let last = NaN;
  return flagEach(pressures.length, (point) => {
    const pressure = pressures[point] ?? NaN;
    if (!Number.isFinite(pressure)) return QARTOD_FLAG.missing;
    const step = direction * (pressure - last);
    last = pressure;
    return step <= 0 ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
  });
}
