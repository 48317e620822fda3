import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { isWithin, span, storedSpan } from './span';
import type { SeriesValues } from './series';

/** The range the sensor can report (`fail`) and, inside it, the range that is plausible here (`suspect`). */
export const grossRangeConfig = z
  .strictObject({ fail: span, suspect: span.optional() })
  .refine(({ fail, suspect }) => suspect === undefined || (suspect[0] >= fail[0] && suspect[1] <= fail[1]), {
    path: ['suspect'],
    message: 'the suspect range must lie inside the fail range',
  });

export type GrossRangeConfig = z.infer<typeof grossRangeConfig>;

/**
 * QARTOD's gross range test: outside `fail` is 4, else outside `suspect` is 3, the bounds themselves pass.
 * @param values in the unit of the bounds; what is not finite is missing (9)
 */
export function grossRange(values: SeriesValues, config: GrossRangeConfig): Uint8Array {
  const fail = storedSpan(config.fail, values);
  const plausible = config.suspect === undefined ? fail : storedSpan(config.suspect, values);
  const flags = new Uint8Array(values.length);
  for (let point = 0; point < flags.length; point += 1) {
    const value = values[point] ?? NaN;
    if (!Number.isFinite(value)) flags[point] = QARTOD_FLAG.missing;
    else if (isWithin(value, plausible)) flags[point] = QARTOD_FLAG.pass;
    else flags[point] = isWithin(value, fail) ? QARTOD_FLAG.suspect : QARTOD_FLAG.fail;
  }
  return flags;
}
