import { interpolateRdBu, interpolateViridis } from 'd3-scale-chromatic';
import { formatRounded } from '../value-text';
import type { Statistic } from './statistic';

/** Values to colours: evenly from low to high, what lies beyond as the end it is nearest to. */
export interface ColorScale {
  low: number;
  high: number;
  /** Whether zero stands in the middle. */
  diverging: boolean;
  /** Whether values lie beyond the ends. */
  clipped: boolean;
  /** The one value there is; it stands in the middle of a scale that says nothing. */
  only: number | undefined;
  /** Red, green and blue of 256 steps, 0–255. */
  steps: Uint8Array;
}

const STEPS = 256;
/** With so many values or more, one in fifty at each end may lie beyond the colours, so that outliers do not flatten the rest. */
const ROBUST_FROM = 50;

/**
 * A scale for values of a statistic: viridis, or blue to red around zero for differences (Brewer’s RdBu; both are told apart
 * with any colour vision). NaN is left out.
 */
export function colorScale(values: ArrayLike<number>, statistic: Statistic): ColorScale {
  const known = Float64Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
  const [least = 0, most = 1] = known.length === 0 ? [0, 1] : [known[0], known.at(-1)];
  const cut = known.length >= ROBUST_FROM ? Math.floor(known.length / 50) : 0;
  let [low, high] = [known[cut] ?? least, known[known.length - 1 - cut] ?? most];
  const diverging = statistic === 'anomaly';
  const only = known.length > 0 && least === most && !diverging && statistic !== 'flagged' ? least : undefined;
  if (diverging) {
    high = Math.max(Math.abs(low), Math.abs(high)) || 1;
    low = -high;
  } else if (statistic === 'flagged') {
    [low, high] = [0, Math.max(high, 1)];
  } else if (low === high) {
    const margin = Math.abs(low) * 0.05 || 0.5;
    [low, high] = [low - margin, high + margin];
  }
  return { low, high, diverging, clipped: least < low || most > high, only, steps: diverging ? BALANCE : VIRIDIS };
}

/** Writes the red, green and blue of a value to a place of an array; a missing value’s are grey. */
export function writeColor(scale: ColorScale, value: number, target: Uint8Array, at: number): void {
  const step = stepOf(scale, value);
  for (let channel = 0; channel < 3; channel++) {
    target[at + channel] = step === undefined ? MISSING : (scale.steps[3 * step + channel] ?? MISSING);
  }
}

/** The colour of a value, as CSS takes it. */
export function cssColor(scale: ColorScale, value: number): string {
  const color = new Uint8Array(3);
  writeColor(scale, value, color, 0);
  return `rgb(${color.join(' ')})`;
}

/** Colours of a scale, evenly from its lowest to its highest; one colour where there is one value. */
export function scaleColors(scale: ColorScale): string[] {
  if (scale.only !== undefined) return [cssColor(scale, scale.only)];
  return Array.from({ length: 17 }, (_, index) => cssColor(scale, scale.low + ((scale.high - scale.low) * index) / 16));
}

/** The values to be written below a scale: its ends and its middle, or the one there is. */
export function scaleTicks({ low, high, only }: ColorScale): string[] {
  return (only === undefined ? [low, (low + high) / 2, high] : [only]).map(formatRounded);
}

const MISSING = 150;
const VIRIDIS = sample(interpolateViridis);
const BALANCE = sample((share) => interpolateRdBu(1 - share));

function stepOf({ low, high }: ColorScale, value: number): number | undefined {
  if (Number.isNaN(value)) return undefined;
  return Math.min(STEPS - 1, Math.max(0, Math.round(((value - low) / (high - low)) * (STEPS - 1))));
}

function sample(interpolate: (share: number) => string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: STEPS }, (_, step) => channelsOf(interpolate(step / (STEPS - 1)))).flat(),
  );
}

/** The channels of `#rrggbb`, `rgb(r, g, b)` or `rgb(r g b)`, 0–255. */
export function channelsOf(color: string): number[] {
  if (color.startsWith('#')) return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return (color.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}
