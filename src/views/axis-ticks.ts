import { binWidth } from '../stats/bins';

/**
 * Round values for an axis: steps of 1, 2 or 5 times a power of ten, on a logarithmic axis powers of ten.
 * @param count about how many
 */
export function axisTicks(low: number, high: number, count: number, logarithmic = false): number[] {
  if (logarithmic && low > 0 && low < high) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    if (last - first >= 1) return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  }
  const step = binWidth(low, high, count);
  if (step === undefined) return [];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(Math.min(20, digits))),
  );
}
