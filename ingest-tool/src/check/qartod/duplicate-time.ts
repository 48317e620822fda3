import { QARTOD_FLAG } from '@tidelake/lake-format';
import { flagEach } from './series';

/**
 * Argo's duplicate timestamp test: every point that shares its time with another is suspect (3).
 * @param times UTC microseconds, in any order; NaN is missing (9)
 */
export function duplicateTime(times: Float64Array): Uint8Array {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(time, (counts.get(time) ?? 0) + 1);
  return flagEach(times.length, (point) => {
    const time = times[point] ?? NaN;
    if (Number.isNaN(time)) return QARTOD_FLAG.missing;
    return (counts.get(time) ?? 0) > 1 ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
  });
}
