import type { TimedValues } from './series-data';

/** How values are joined: by straight lines, by steps that keep a value until the next one, or not at all. */
export type LineShape = 'line' | 'step' | 'dots';

/** SVG path data of a series: what is joined, and the readings that stand alone, each as a line of no length. */
export interface SeriesPath {
  joined: string;
  alone: string;
}

/**
 * The path of a series, broken at missing values and at steps longer than a limit, so that a gap looks like one.
 * Positions are rounded to a hundredth of a pixel.
 * @param gapMs longest step that is bridged, milliseconds
 * @param x pixels of a time
 * @param y pixels of a value; NaN where it has no place, as zero on a logarithmic axis
 */
export function seriesPath(
  { times, values }: TimedValues,
  gapMs: number,
  shape: LineShape,
  x: (timeMs: number) => number,
  y: (value: number) => number,
): SeriesPath {
  const joined: string[] = [];
  const alone: string[] = [];
  let run: string[] = [];
  let before = Number.NaN;
  const endRun = () => {
    if (run.length === 1) alone.push(`${run[0] ?? ''}h0`);
    else for (const step of run) joined.push(step);
    run = [];
  };
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? Number.NaN;
    const top = y(values[index] ?? Number.NaN);
    if (!Number.isFinite(top)) {
      endRun();
      before = Number.NaN;
      continue;
    }
    if (shape === 'dots' || time - before > gapMs) endRun();
    const [left, height] = [hundredth(x(time)), hundredth(top)];
    if (run.length === 0) run.push(`M${left},${height}`);
    else run.push(shape === 'step' ? `H${left}V${height}` : `L${left},${height}`);
    before = time;
  }
  endRun();
  return { joined: joined.join(''), alone: alone.join('') };
}

/** The outline of a band between two series of the same times, broken where either is missing or steps are long. */
export function bandPath(
  times: Float64Array,
  low: Float64Array,
  high: Float64Array,
  gapMs: number,
  x: (timeMs: number) => number,
  y: (value: number) => number,
): string {
  const outlines: string[] = [];
  let upper: string[] = [];
  let lower: string[] = [];
  let before = Number.NaN;
  const endRun = () => {
    if (upper.length > 1) outlines.push(`M${upper.join('L')}L${lower.toReversed().join('L')}Z`);
    [upper, lower] = [[], []];
  };
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? Number.NaN;
    const [bottom, top] = [y(low[index] ?? Number.NaN), y(high[index] ?? Number.NaN)];
    if (!Number.isFinite(bottom) || !Number.isFinite(top) || time - before > gapMs) endRun();
    if (!Number.isFinite(bottom) || !Number.isFinite(top)) continue;
    upper.push(`${hundredth(x(time))},${hundredth(top)}`);
    lower.push(`${hundredth(x(time))},${hundredth(bottom)}`);
    before = time;
  }
  endRun();
  return outlines.join('');
}

/**
 * The path of a mark at every value: a triangle for suspect readings, a cross for failed ones, so that they are told
 * apart without colour.
 */
export function flagPath(
  { times, values }: TimedValues,
  flag: 'suspect' | 'fail',
  x: (timeMs: number) => number,
  y: (value: number) => number,
): string {
  const marks: string[] = [];
  for (let index = 0; index < times.length; index++) {
    const top = y(values[index] ?? Number.NaN);
    if (!Number.isFinite(top)) continue;
    const at = `${hundredth(x(times[index] ?? Number.NaN))},${hundredth(top)}`;
    marks.push(flag === 'suspect' ? `M${at}m0,-5l4.5,8h-9z` : `M${at}m-3.5,-3.5l7,7m0,-7l-7,7`);
  }
  return marks.join('');
}

function hundredth(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
