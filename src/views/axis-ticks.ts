import { binWidth } from '../stats/bins';
import { groupedThousands } from './value-text';

/**
 * Round values for an axis: steps of 1, 2 or 5 times a power of ten; on a logarithmic axis powers of ten, or these with twice and
 * five times as much where they are few.
 * @param count about how many
 */
export function axisTicks(low: number, high: number, count: number, logarithmic = false): number[] {
  if (logarithmic && low > 0 && low < high) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const powers = Array.from({ length: Math.max(0, last - first + 3) }, (_, index) =>
      Number(`1e${first - 1 + index}`),
    );
    for (const steps of [[1], [1, 2, 5]]) {
      const values = powers.flatMap((power) => steps.map((step) => Number((step * power).toPrecision(1))));
      const seen = values.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
      if (seen.length > 2) return seen;
    }
  }
  const step = binWidth(low, high, count);
  if (step === undefined) return [];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(Math.min(20, digits))),
  );
}

/** Numbers of an axis as they are written: all with the decimals of the longest, thousands apart. */
export function tickTexts(values: readonly number[]): string[] {
  const isPlain = values.every((value) => value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9));
  if (!isPlain) return values.map((value) => value.toExponential().replace(/-/g, '−').replace('e+', 'e'));
  const decimals = Math.max(0, ...values.map((value) => String(value).split('.')[1]?.length ?? 0));
  return values.map((value) => groupedThousands(value.toFixed(decimals)));
}
