import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { flagEach, MICROS_PER_SECOND, type SeriesValues } from './series';

/**
 * Channels that measure nested quantities and so cannot stay equal, such as the mass of particles up to 1, 2.5 and 10 µm.
 * One equal reading above `above` is suspect, since small whole numbers coincide; `fail` seconds of them are a stuck sensor.
 */
export const equalChannelsConfig = z.strictObject({
  variables: z.array(z.string().min(1)).min(2),
  above: z.number().default(0),
  fail: z.number().positive().default(3600),
});

export type EqualChannelsConfig = z.infer<typeof equalChannelsConfig>;

/**
 * Flags where all channels report the same number: 3, and 4 once they have done so for `fail` seconds on end.
 * A point that misses a channel cannot be judged (2), and ends a run.
 * @param times UTC microseconds, ascending
 */
export function equalChannels(
  channels: readonly SeriesValues[],
  times: Float64Array,
  { above, fail }: Pick<EqualChannelsConfig, 'above' | 'fail'>,
): Uint8Array {
  let since = NaN;
  return flagEach(times.length, (point) => {
    const first = channels[0]?.[point] ?? NaN;
    const time = times[point] ?? NaN;
    const isEqual = first > above && channels.every((channel) => channel[point] === first);
    if (!isEqual) {
      since = NaN;
      const isComplete = channels.every((channel) => Number.isFinite(channel[point] ?? NaN));
      return isComplete ? QARTOD_FLAG.pass : QARTOD_FLAG.notEvaluated;
    }
    if (Number.isNaN(since)) since = time;
    return time - since >= fail * MICROS_PER_SECOND ? QARTOD_FLAG.fail : QARTOD_FLAG.suspect;
  });
}
