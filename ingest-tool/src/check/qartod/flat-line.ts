import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { medianInterval } from './sampling-interval';
import { flatSteps } from './sliding-range';
import { flagEach, type SeriesValues } from './series';

/** After how many seconds within `tolerance` (in the variable's unit) a signal is suspect, and when it has failed. */
export const flatLineConfig = z
  .strictObject({
    suspect: z.number().positive(),
    fail: z.number().positive(),
    tolerance: z.number().positive('a range is never below 0, so a tolerance of 0 would find nothing'),
    /** Seconds between observations. Left out, the median step of the series. */
    interval: z.number().positive().optional(),
  })
  .refine(({ suspect, fail }) => suspect <= fail, {
    path: ['suspect'],
    message: 'the suspect duration must not exceed the fail duration',
  });

export type FlatLineConfig = z.infer<typeof flatLineConfig>;

/**
 * QARTOD's flat line test as ioos_qc reads it: the range over the last `threshold / interval` steps is below `tolerance`.
 * Points before the first full window pass, and so does a series of fewer than three points. Missing values inside a
 * window are passed over (a known weakness of the method: a window of gaps and one value counts as flat).
 * @param times UTC microseconds, ascending
 */
export function flatLine(values: SeriesValues, times: Float64Array, config: FlatLineConfig): Uint8Array {
  const flags = flagEach(values.length, (point) =>
    Number.isFinite(values[point] ?? NaN) ? QARTOD_FLAG.pass : QARTOD_FLAG.missing,
  );
  if (values.length < 3) return flags;
  const interval = config.interval ?? medianInterval(times);
  // Without a step between observations a duration is no number of points.
  if (!(interval > 0)) return flags.map((flag) => (flag === QARTOD_FLAG.missing ? flag : QARTOD_FLAG.notEvaluated));
  const suspectSteps = windowSteps(config.suspect, interval);
  const failSteps = windowSteps(config.fail, interval);
  const steps = flatSteps(values, config.tolerance);
  return flags.map((flag, point) => {
    const flat = steps[point] ?? 0;
    if (flag === QARTOD_FLAG.missing || flat < suspectSteps) return flag;
    return flat < failSteps ? QARTOD_FLAG.suspect : QARTOD_FLAG.fail;
  });
}

/** Steps in a window of a duration, both in seconds. */
export function windowSteps(duration: number, interval: number): number {
  return Math.trunc(Math.trunc(duration) / interval);
}
