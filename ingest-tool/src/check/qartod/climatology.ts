import { QARTOD_FLAG, type QartodFlag } from '@tidelake/lake-format';
import { z } from 'zod';
import { CALENDAR_PERIODS, calendarNumber } from './calendar-period';
import { isWithin, span } from './span';

const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => Date.parse(text));

const ranges = {
  suspect: span,
  fail: span.optional(),
  /** Depths it holds for, metres positive down. */
  depth: span.optional(),
};

/** A range for one span of time: of the calendar (`period` with numbers, such as months 6 to 8) or of dates. */
const climatologyMember = z.union([
  z.strictObject({ period: z.enum(CALENDAR_PERIODS), time: span, ...ranges }),
  z.strictObject({
    period: z.undefined().optional(),
    time: z
      .tuple([instant, instant])
      .refine(([low, high]) => low <= high, 'the first date must not be after the second'),
    ...ranges,
  }),
]);

export const climatologyConfig = z.array(climatologyMember).min(1);

export type ClimatologyConfig = z.infer<typeof climatologyConfig>;
type ClimatologyMember = ClimatologyConfig[number];

/**
 * QARTOD's climatology test: the ranges of the member that holds for a point's time and depth, all bounds inclusive. Of
 * several such members the last decides; where there is none, the point is not evaluated (2).
 * @param times UTC milliseconds
 * @param depths metres, positive down; without them, members with depths hold for nothing
 */
export function climatology(
  values: Float64Array,
  times: Float64Array,
  depths: Float64Array | undefined,
  members: ClimatologyConfig,
): Uint8Array {
  return Uint8Array.from(values, (value, point) => {
    if (!Number.isFinite(value)) return QARTOD_FLAG.missing;
    const time = times[point] ?? NaN;
    const depth = depths?.[point] ?? NaN;
    const member = members.findLast((candidate) => holdsFor(candidate, time, depth));
    return member === undefined ? QARTOD_FLAG.notEvaluated : flagWithin(value, member);
  });
}

function holdsFor({ period, time, depth }: ClimatologyMember, timeMs: number, metres: number): boolean {
  const place = period === undefined ? timeMs : calendarNumber(timeMs, period);
  return isWithin(place, time) && (depth === undefined || isWithin(metres, depth));
}

function flagWithin(value: number, { suspect, fail }: ClimatologyMember): QartodFlag {
  if (fail !== undefined && !isWithin(value, fail)) return QARTOD_FLAG.fail;
  return isWithin(value, suspect) ? QARTOD_FLAG.pass : QARTOD_FLAG.suspect;
}
