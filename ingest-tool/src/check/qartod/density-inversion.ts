import { QARTOD_FLAG, type QartodFlag } from '@tidelake/lake-format';
import { z } from 'zod';
import type { SeriesValues } from './series';
import { hasThreshold } from './threshold';

const decrease = z.number().negative('a threshold is a decrease of density, so below 0, such as -0.03');

/** The decrease of density with depth, kg m-3 and negative, that is tolerated. */
const thresholds = { suspect: decrease.optional(), fail: decrease.optional() };

export const densityInversionConfig = z.strictObject(thresholds).refine(hasThreshold.check, hasThreshold.message);

/** The same, with the columns a cast's density is worked out from: in °C, practical salinity and dbar. */
export const castDensityConfig = z
  .strictObject({
    temperature: z.string().min(1),
    salinity: z.string().min(1),
    pressure: z.string().min(1),
    ...thresholds,
  })
  .refine(hasThreshold.check, hasThreshold.message);

export type DensityInversionConfig = z.infer<typeof densityInversionConfig>;

/**
 * QARTOD's density inversion test of one cast, down or up: where potential density falls with depth by more than a
 * threshold, the points on both sides are flagged. A point that is missing its density or depth is 9, and so is the one
 * after it. A cast of one point cannot be judged (2).
 * @param densities potential density or sigma-0, kg m-3
 * @param depths depth in metres or pressure in dbar, positive down
 */
export function densityInversion(
  densities: SeriesValues,
  depths: SeriesValues,
  config: DensityInversionConfig,
): Uint8Array {
  const flags = new Uint8Array(densities.length).fill(QARTOD_FLAG.pass);
  if (densities.length === 1) return flags.fill(QARTOD_FLAG.notEvaluated);
  for (let point = 1; point < densities.length; point += 1) {
    const flag = flagOfStep(densities, depths, point, config);
    flags[point - 1] = Math.max(flags[point - 1] ?? 0, flag);
    flags[point] = flag;
  }
  markMissing(flags, densities, depths);
  return flags;
}

function flagOfStep(
  densities: SeriesValues,
  depths: SeriesValues,
  point: number,
  { suspect, fail }: DensityInversionConfig,
): QartodFlag {
  const direction = Math.sign((depths[point] ?? NaN) - (depths[point - 1] ?? NaN));
  const change = direction * ((densities[point] ?? NaN) - (densities[point - 1] ?? NaN));
  if (fail !== undefined && change < fail) return QARTOD_FLAG.fail;
  return suspect !== undefined && change < suspect ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
}

function markMissing(flags: Uint8Array, densities: SeriesValues, depths: SeriesValues): void {
  let wasMissing = false;
  for (let point = 0; point < flags.length; point += 1) {
    const isMissing = !Number.isFinite(densities[point] ?? NaN) || !Number.isFinite(depths[point] ?? NaN);
    if (isMissing || wasMissing) flags[point] = QARTOD_FLAG.missing;
    wasMissing = isMissing;
  }
}
