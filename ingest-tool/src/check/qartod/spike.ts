import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagAbove, hasThreshold, optionalThresholds } from './threshold';
import { flagEach, type SeriesValues } from './series';

/** Thresholds in the variable's unit; a spike must exceed one, not meet it. */
export const spikeConfig = z
  .strictObject({ ...optionalThresholds, method: z.enum(['average', 'differential']).default('average') })
  .refine(hasThreshold.check, hasThreshold.message);

export type SpikeConfig = z.infer<typeof spikeConfig>;

/**
 * QARTOD's spike test on each point and its two neighbours. `average` takes the distance from the mean of the neighbours;
 * `differential` the smaller of the two steps, where they go in opposite directions, so that a spike's neighbours pass.
 * The first and last point, and points beside a missing one, cannot be judged (2).
 */
export function spike(values: SeriesValues, config: SpikeConfig): Uint8Array {
  const height = config.method === 'average' ? distanceFromMean : smallerOpposedStep;
  return flagEach(values.length, (point) => {
    const value = values[point] ?? NaN;
    if (!Number.isFinite(value)) return QARTOD_FLAG.missing;
    const before = values[point - 1] ?? NaN;
    const after = values[point + 1] ?? NaN;
    if (!Number.isFinite(before) || !Number.isFinite(after)) return QARTOD_FLAG.notEvaluated;
    return flagAbove(height(before, value, after), config);
  });
}

function distanceFromMean(before: number, value: number, after: number): number {
  return Math.abs(value - (before + after) / 2);
}

function smallerOpposedStep(before: number, value: number, after: number): number {
  const up = value - before;
  const down = after - value;
  return up * down >= 0 ? 0 : Math.min(Math.abs(up), Math.abs(down));
}
