import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagAbove, hasThreshold, limitsOf, optionalThresholds } from './threshold';
import { flagEach, MICROS_PER_SECOND } from './series';

/** Seconds from the observation to its receipt beyond which it came late: the watermark of a live reader. */
export const lateArrivalConfig = z.strictObject(optionalThresholds).refine(hasThreshold.check, hasThreshold.message);

export type LateArrivalConfig = z.infer<typeof lateArrivalConfig>;

/**
 * Marks observations that were received later than a reader of live data waits for. They are filed by their own time like all
 * others. Judged by the time of receipt and not by the order in a capture, so that a row has the same mark whatever way it
 * came. Without a time of receipt it cannot be judged (2).
 * @param times the devices' own, UTC microseconds
 * @param receiveTimes UTC microseconds; NaN where the capture does not say
 */
export function lateArrival(times: Float64Array, receiveTimes: Float64Array, config: LateArrivalConfig): Uint8Array {
  const { suspect, fail } = limitsOf(config);
  return flagEach(times.length, (point) => {
    const time = times[point] ?? NaN;
    if (Number.isNaN(time)) return QARTOD_FLAG.missing;
    const delay = ((receiveTimes[point] ?? NaN) - time) / MICROS_PER_SECOND;
    return Number.isNaN(delay) ? QARTOD_FLAG.notEvaluated : flagAbove(delay, suspect, fail);
  });
}
