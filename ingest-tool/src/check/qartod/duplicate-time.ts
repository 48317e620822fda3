import { QARTOD_FLAG } from '@tidelake/lake-format';
import { flagEach } from './series';

/**
 * Argo's duplicate timestamp test: every point that shares its time with another is suspect (3).
 * @param times UTC microseconds, ascending; NaN is missing (9)
 */
export function duplicateTime(times: Float64Array): Uint8Array {
  return flagEach(times.length, (point) => {
    const time = times[point] ?? NaN;
    if (Number.isNaN(time)) return QARTOD_FLAG.missing;
    return time === times[point - 1] || time === times[point + 1] ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
  });
}
