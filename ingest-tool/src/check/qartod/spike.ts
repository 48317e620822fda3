import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagAbove, hasThreshold, limitsOf, optionalThresholds } from './threshold';
import type { SeriesValues } from './series';

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
  const { suspect, fail } = limitsOf(config);
  const flags = new Uint8Array(values.length);
  const isAverage = config.method === 'average';
  const last = values.length - 1;
  let before = NaN;
  let value = values[0] ?? NaN;
  for (let point = 0; point <= last; point += 1) {
    // Reading beyond the end would turn every value into an object.
    const after = point < last ? (values[point + 1] ?? NaN) : NaN;
    if (!Number.isFinite(value)) flags[point] = QARTOD_FLAG.missing;
    else if (!Number.isFinite(before) || !Number.isFinite(after)) flags[point] = QARTOD_FLAG.notEvaluated;
    else {
      const height = isAverage ? distanceFromMean(before, value, after) : smallerOpposedStep(before, value, after);
      flags[point] = flagAbove(height, suspect, fail);
    }
    before = value;
    value = after;
  }
  return flags;
}

function distanceFromMean(before: number, value: number, after: number): number {
  return Math.abs(value - (before + after) / 2);
}

function smallerOpposedStep(before: number, value: number, after: number): number {
  const up = value - before;
  const down = after - value;
  return up * down >= 0 ? 0 : Math.min(Math.abs(up), Math.abs(down));
}
