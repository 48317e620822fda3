import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { DISTANCE_METHODS } from './great-circle';
import { positionSteps, type Positions } from './position-steps';
import { flagEach } from './series';

/** `maxStep`: metres between two observations beyond which the later is suspect. */
export const locationConfig = z.strictObject({
  maxStep: z.number().positive().optional(),
  method: z.enum(DISTANCE_METHODS).default('haversine'),
});

export type LocationConfig = z.infer<typeof locationConfig>;

/**
 * QARTOD's location test: a position off the globe, or with only one of its two numbers, is 4; with neither it is 9; too
 * far from the one before it is 3.
 */
export function location(positions: Positions, { maxStep, method }: LocationConfig): Uint8Array {
  const steps = maxStep === undefined ? undefined : positionSteps(positions, method);
  return flagEach(positions.latitudes.length, (point) => {
    const latitude = positions.latitudes[point] ?? NaN;
    const longitude = positions.longitudes[point] ?? NaN;
    const known = Number(Number.isFinite(latitude)) + Number(Number.isFinite(longitude));
    if (known === 0) return QARTOD_FLAG.missing;
    if (known === 1 || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return QARTOD_FLAG.fail;
    return (steps?.[point] ?? 0) > (maxStep ?? Infinity) ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
  });
}
