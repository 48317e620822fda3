import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagEach, MICROS_PER_SECOND } from './series';
import { flagAbove, limitsOf } from './threshold';

/** Seconds between the device's clock and its receiver's that are tolerated. */
export const timestampDriftConfig = z.strictObject({
  suspect: z.number().positive().default(300),
  fail: z.number().positive().optional(),
});

export type TimestampDriftConfig = z.infer<typeof timestampDriftConfig>;

/**
 * Flags times that are further from the time of receipt than a clock set by NTP would be. A device that buffers and sends
 * late looks the same, so this is a reason to look, never one to drop. Without a time of receipt it cannot be judged (2).
 * @param times the devices' own, UTC microseconds
 * @param receiveTimes UTC microseconds; NaN where the capture does not say
 */
export function timestampDrift(
  times: Float64Array,
  receiveTimes: Float64Array,
  config: TimestampDriftConfig,
): Uint8Array {
  const { suspect, fail } = limitsOf(config);
  return flagEach(times.length, (point) => {
    const time = times[point] ?? NaN;
    if (Number.isNaN(time)) return QARTOD_FLAG.missing;
    const drift = Math.abs((receiveTimes[point] ?? NaN) - time) / MICROS_PER_SECOND;
    return Number.isNaN(drift) ? QARTOD_FLAG.notEvaluated : flagAbove(drift, suspect, fail);
  });
}
