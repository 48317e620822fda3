import { QARTOD_FLAG } from '@tidelake/lake-format';
import { z } from 'zod';
import { instant } from '../../instant';
import { flagEach } from './series';

/** The dates an observation can have; the future is always impossible. */
export const impossibleDateConfig = z
  .strictObject({ earliest: instant.optional(), latest: instant.optional() })
  .refine(({ earliest, latest }) => earliest === undefined || latest === undefined || earliest <= latest, {
    path: ['latest'],
    message: 'the latest date must not be before the earliest',
  });

export type ImpossibleDateConfig = z.infer<typeof impossibleDateConfig>;

/**
 * QARTOD's impossible date test: a time after `now`, before `earliest` or after `latest` is 4.
 * @param times UTC microseconds; NaN is missing (9)
 * @param now UTC microseconds; give the time of the capture, not the clock, for a result that can be repeated
 */
export function impossibleDate(times: Float64Array, config: ImpossibleDateConfig, now: number): Uint8Array {
  const earliest = config.earliest ?? -Infinity;
  const latest = Math.min(config.latest ?? Infinity, now);
  return flagEach(times.length, (point) => {
    const time = times[point] ?? NaN;
    if (Number.isNaN(time)) return QARTOD_FLAG.missing;
    return time < earliest || time > latest ? QARTOD_FLAG.fail : QARTOD_FLAG.pass;
  });
}
