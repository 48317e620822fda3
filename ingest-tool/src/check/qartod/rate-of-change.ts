import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagAbove, hasThreshold, optionalThresholds } from './threshold';
import { flagEach, MICROS_PER_SECOND, type SeriesValues } from './series';

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
  return flagEach(values.length, (point) => {
    const value = values[point] ?? NaN;
    if (!Number.isFinite(value)) return QARTOD_FLAG.missing;
    const seconds = ((times[point] ?? NaN) - (times[point - 1] ?? NaN)) / MICROS_PER_SECOND;
    const change = Math.abs(value - (values[point - 1] ?? NaN));
    return seconds > 0 && Number.isFinite(change) ? flagAbove(change / seconds, config) : QARTOD_FLAG.pass;
  });
}
