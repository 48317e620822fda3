import { MICROS_PER_SECOND } from './series';

/**
 * The median step between observations, in seconds; NaN for fewer than two.
 * A step of a second or more is cut to whole seconds, as ioos_qc does, so that window lengths agree with it.
 * @param times UTC microseconds, ascending
 */
export function medianInterval(times: Float64Array): number {
  if (times.length < 2) return NaN;
  const steps = new Float64Array(times.length - 1);
  for (let point = 0; point < steps.length; point += 1) {
    steps[point] = ((times[point + 1] ?? NaN) - (times[point] ?? NaN)) / MICROS_PER_SECOND;
  }
  steps.sort();
  const middle = steps.length / 2;
  const median = ((steps[Math.ceil(middle) - 1] ?? NaN) + (steps[Math.floor(middle)] ?? NaN)) / 2;
  return median >= 1 ? Math.trunc(median) : median;
}
