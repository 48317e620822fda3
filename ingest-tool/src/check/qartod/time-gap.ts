import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagEach, MICROS_PER_SECOND } from './series';

/** Seconds between observations beyond which the later one follows a gap; QARTOD's own default is two hours. */
export const timeGapConfig = z.strictObject({ fail: z.number().positive().default(7200) });

export type TimeGapConfig = z.infer<typeof timeGapConfig>;

/**
 * The time gap test: the point after a gap longer than `fail` is 4. A point after a missing time cannot be judged (2); the
 * first point has the flag of the second. A point alone cannot be judged.
 * @param times UTC microseconds; NaN is missing
 */
export function timeGap(times: Float64Array, { fail }: TimeGapConfig): Uint8Array {
  const limit = Math.trunc(fail) * MICROS_PER_SECOND;
  const flags = flagEach(times.length, (point) => {
    const time = times[point] ?? NaN;
    if (Number.isNaN(time)) return QARTOD_FLAG.missing;
    const step = time - (times[point - 1] ?? NaN);
    if (Number.isNaN(step)) return QARTOD_FLAG.notEvaluated;
    return step > limit ? QARTOD_FLAG.fail : QARTOD_FLAG.pass;
  });
  const second = flags[1];
  if (second !== undefined && flags[0] !== QARTOD_FLAG.missing) {
    flags[0] = second === QARTOD_FLAG.missing ? QARTOD_FLAG.notEvaluated : second;
  }
  return flags;
}
