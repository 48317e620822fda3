import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { medianInterval } from './sampling-interval';
import { slidingDeviation } from './sliding-deviation';
import { slidingRange } from './sliding-range';
import { flagEach, MICROS_PER_SECOND, type SeriesValues } from './series';

/** The smallest deviation or range (in the variable's unit) a living signal has over `period` seconds. */
export const attenuatedSignalConfig = z
  .strictObject({
    suspect: z.number().nonnegative(),
    fail: z.number().nonnegative(),
    statistic: z.enum(['standardDeviation', 'range']).default('standardDeviation'),
    /** Seconds before each point to look at. Left out, the whole series is judged as one. */
    period: z.number().positive().optional(),
    /** Observations a window must hold to be judged. */
    minObservations: z.int().nonnegative().optional(),
    /** The same as a duration in seconds, in steps of the series' median. */
    minPeriod: z.number().nonnegative().optional(),
    /** Seconds between observations, for `minPeriod`. Left out, the median step of the series. */
    interval: z.number().positive().optional(),
  })
  .refine(({ suspect, fail }) => fail <= suspect, {
    path: ['fail'],
    message: 'the fail threshold must not exceed the suspect threshold: the smaller the signal, the worse',
  })
  .refine(({ minObservations, minPeriod }) => minObservations === undefined || minPeriod === undefined, {
    path: ['minPeriod'],
    message: 'give minObservations or minPeriod, not both',
  });

export type AttenuatedSignalConfig = z.infer<typeof attenuatedSignalConfig>;

/**
 * QARTOD's attenuated signal test: a statistic of the window below `fail` is 4, below `suspect` 3. Windows are open at
 * their older end. A standard deviation passes over missing values; a range needs a window without any.
 * @param times UTC microseconds, ascending
 */
export function attenuatedSignal(
  values: SeriesValues,
  times: Float64Array,
  config: AttenuatedSignalConfig,
): Uint8Array {
  const statistics = config.period === undefined ? ofSeries(values, config) : ofWindows(values, times, config);
  return flagEach(values.length, (point) => {
    const value = values[point] ?? NaN;
    if (!Number.isFinite(value)) return QARTOD_FLAG.missing;
    const statistic = statistics[point] ?? NaN;
    if (Number.isNaN(statistic)) return QARTOD_FLAG.notEvaluated;
    if (statistic < config.fail) return QARTOD_FLAG.fail;
    return statistic < config.suspect ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
  });
}

function ofSeries(values: SeriesValues, { statistic }: AttenuatedSignalConfig): Float64Array {
  const starts = new Int32Array(values.length);
  const each =
    statistic === 'range'
      ? slidingRange(values, starts)
      : slidingDeviation(values, starts, new Float64Array(values.length));
  return new Float64Array(values.length).fill(each.at(-1) ?? NaN);
}

function ofWindows(values: SeriesValues, times: Float64Array, config: AttenuatedSignalConfig): Float64Array {
  const period = (config.period ?? 0) * MICROS_PER_SECOND;
  const starts = windowStarts(times, period);
  const statistics =
    config.statistic === 'range'
      ? slidingRange(values, starts)
      : slidingDeviation(
          values,
          starts,
          times.map((time) => Math.floor(time / period)),
        );
  const needed = Math.max(1, neededObservations(times, config));
  const present = presentBefore(values);
  return statistics.map((statistic, point) => {
    const start = starts[point] ?? 0;
    const observations = (present[point + 1] ?? 0) - (present[start] ?? 0);
    const hasGap = config.statistic === 'range' && observations < point + 1 - start;
    return observations < needed || hasGap ? NaN : statistic;
  });
}

function neededObservations(times: Float64Array, config: AttenuatedSignalConfig): number {
  if (config.minObservations !== undefined) return config.minObservations;
  if (config.minPeriod === undefined) return 1;
  const interval = config.interval ?? medianInterval(times);
  return interval > 0 ? Math.trunc(config.minPeriod / interval) : 1;
}

/** The first point after `time − period`, for each point. */
function windowStarts(times: Float64Array, period: number): Int32Array {
  let start = 0;
  return Int32Array.from(times, (time) => {
    while ((times[start] ?? Infinity) <= time - period) start += 1;
    return start;
  });
}

/** How many present values come before each index; one longer than the series. */
function presentBefore(values: SeriesValues): Int32Array {
  const present = new Int32Array(values.length + 1);
  for (let point = 0; point < values.length; point += 1) {
    present[point + 1] = (present[point] ?? 0) + (Number.isFinite(values[point] ?? NaN) ? 1 : 0);
  }
  return present;
}
