import { windowSteps } from './qartod/flat-line';
import { MICROS_PER_SECOND } from './qartod/series';
import type { VariableChecks } from './qc-config';
import type { QcPlan } from './qc-plan';

/**
 * How much of a series around some points their flags depend on. Flags worked out with this much on either side are those
 * of the whole series, so that a day can be flagged alone and again when its neighbours arrive.
 */
export interface QcContext {
  pointsBefore: number;
  pointsAfter: number;
  /** Seconds before the first point. */
  secondsBefore: number;
}

/** A point that is judged by itself. */
const NOTHING: QcContext = { pointsBefore: 0, pointsAfter: 0, secondsBefore: 0 };

const NEIGHBOURS: QcContext = { pointsBefore: 1, pointsAfter: 1, secondsBefore: 0 };

const WHOLE_SERIES: QcContext = { pointsBefore: Infinity, pointsAfter: Infinity, secondsBefore: Infinity };

/**
 * The context a plan needs. Infinite where a test looks at the whole series: `flatLine` and `minPeriod` without a declared
 * `interval` (they take its median), `attenuatedSignal` without a `period`, and `pressureIncreasing` (a cast's direction).
 */
export function contextOf(plan: QcPlan): QcContext {
  const { equalChannels, densityInversion, position, time, variables } = plan;
  const stuck = equalChannels.map(({ fail }) => ({ ...NEIGHBOURS, secondsBefore: fail }));
  const beside = [densityInversion, position.location?.maxStep, position.speed, time.gap, time.duplicate].some(
    (test) => test !== undefined,
  );
  return [beside ? NEIGHBOURS : NOTHING, ...stuck, ...Object.values(variables).flatMap(contextsOfVariable)].reduce(
    larger,
  );
}

/** Whether the flags of a day depend on the days beside it. */
export function needsNeighbours({ pointsBefore, pointsAfter, secondsBefore }: QcContext): boolean {
  return pointsBefore > 0 || pointsAfter > 0 || secondsBefore > 0;
}

function contextsOfVariable(checks: VariableChecks): QcContext[] {
  const { spike, rateOfChange, flatLine, attenuatedSignal, pressureIncreasing } = checks;
  const contexts: QcContext[] = [];
  if (spike !== undefined || rateOfChange !== undefined) contexts.push(NEIGHBOURS);
  if (pressureIncreasing) contexts.push(WHOLE_SERIES);
  if (flatLine !== undefined) {
    const { interval, fail } = flatLine;
    // Two, because fewer than three points are not judged at all.
    const pointsBefore = interval === undefined ? Infinity : Math.max(2, windowSteps(fail, interval));
    contexts.push(interval === undefined ? WHOLE_SERIES : { ...NEIGHBOURS, pointsBefore });
  }
  if (attenuatedSignal !== undefined) {
    const { period, minPeriod, interval } = attenuatedSignal;
    const isWhole = period === undefined || (minPeriod !== undefined && interval === undefined);
    // Twice: the window, and the block its running sums began in.
    contexts.push(isWhole ? WHOLE_SERIES : { ...NEIGHBOURS, secondsBefore: 2 * period });
  }
  return contexts;
}

/**
 * The slice of a series to check for the flags of the points from `from` to before `to`.
 * @param times UTC microseconds, ascending
 * @returns first index, and the index after the last
 */
export function contextRange(
  times: Float64Array,
  from: number,
  to: number,
  { pointsBefore, pointsAfter, secondsBefore }: QcContext,
): [start: number, end: number] {
  const earliest = (times[from] ?? NaN) - secondsBefore * MICROS_PER_SECOND;
  let start = Math.max(0, from - pointsBefore);
  // Up to the last point at or before the earliest moment: a state may have begun there.
  while (start > 0 && (times[start] ?? NaN) > earliest) start -= 1;
  return [start, Math.min(times.length, to + pointsAfter)];
}

function larger(one: QcContext, other: QcContext): QcContext {
  return {
    pointsBefore: Math.max(one.pointsBefore, other.pointsBefore),
    pointsAfter: Math.max(one.pointsAfter, other.pointsAfter),
    secondsBefore: Math.max(one.secondsBefore, other.secondsBefore),
  };
}
