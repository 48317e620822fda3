import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagAbove, hasThreshold, limitsOf, optionalThresholds } from './threshold';
import { MICROS_PER_SECOND, type SeriesValues } from './series';

/** Thresholds in the variable's unit per second. */
export const rateOfChangeConfig = z.strictObject(optionalThresholds).refine(hasThreshold.check, hasThreshold.message);

export type RateOfChangeConfig = z.infer<typeof rateOfChangeConfig>;

/**
 * QARTOD's rate of change test: |Δvalue| / Δt against the point before. A point with nothing to compare with, because it
 * is the first, follows a missing value or has the time of the point before, passes.
 * Agrees with ioos_qc wherever times are whole seconds; that library cuts Δt to whole seconds, this one does not.
 * @param times UTC microseconds, ascending
 */
export function rateOfChange(values: SeriesValues, times: Float64Array, config: RateOfChangeConfig): Uint8Array {
  const { suspect, fail } = limitsOf(config);
  const flags = new Uint8Array(values.length);
  let valueBefore = NaN;
  let timeBefore = NaN;
  for (let point = 0; point < flags.length; point += 1) {
    const value = values[point] ?? NaN;
    const time = times[point] ?? NaN;
    const seconds = (time - timeBefore) / MICROS_PER_SECOND;
    const change = Math.abs(value - valueBefore);
    if (!Number.isFinite(value)) flags[point] = QARTOD_FLAG.missing;
    else if (seconds > 0 && Number.isFinite(change)) flags[point] = flagAbove(change / seconds, suspect, fail);
    else flags[point] = QARTOD_FLAG.pass;
    valueBefore = value;
    timeBefore = time;
  }
  return flags;
}
