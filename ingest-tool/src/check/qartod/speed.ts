import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { positionSteps, type Positions } from './position-steps';
import { flagAbove, hasThreshold, limitsOf, optionalThresholds } from './threshold';
import { flagEach, MICROS_PER_SECOND } from './series';

/** Thresholds in metres per second. */
export const speedConfig = z.strictObject(optionalThresholds).refine(hasThreshold.check, hasThreshold.message);

export type SpeedConfig = z.infer<typeof speedConfig>;

/**
 * Argo's impossible speed test: the geodesic from the position before, over the time it took. The first position cannot
 * be judged (2); one without time between, or after an unknown position, passes.
 * @param times UTC microseconds, ascending
 */
export function speed(positions: Positions, times: Float64Array, config: SpeedConfig): Uint8Array {
  const { suspect, fail } = limitsOf(config);
  const steps = positionSteps(positions, 'wgs84');
  return flagEach(steps.length, (point) => {
    const metres = steps[point] ?? NaN;
    const isKnown =
      Number.isFinite(positions.latitudes[point] ?? NaN) && Number.isFinite(positions.longitudes[point] ?? NaN);
    if (!isKnown) return QARTOD_FLAG.missing;
    if (point === 0) return QARTOD_FLAG.notEvaluated;
    const seconds = ((times[point] ?? NaN) - (times[point - 1] ?? NaN)) / MICROS_PER_SECOND;
    return seconds > 0 ? flagAbove(metres / seconds, suspect, fail) : QARTOD_FLAG.pass;
  });
}
