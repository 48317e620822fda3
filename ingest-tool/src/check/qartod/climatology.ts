import { QARTOD_FLAG, type QartodFlag } from '@tidelake/lake-format';
import { z } from 'zod';
import { instant } from '../../instant';
import { CALENDAR_PERIODS, calendarReader } from './calendar-period';
import { isWithin, span, storedSpan } from './span';
import { flagEach, type SeriesValues } from './series';

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
 * several such members the last decides; where there is none, the point is not evaluated (2). A missing value is 9 and a
 * missing depth lies in no member: there ioos_qc's masked arrays let members hold, against its own documentation.
 * @param times UTC microseconds
 * @param depths metres, positive down; without them, members with depths hold for nothing
 */
export function climatology(
  values: SeriesValues,
  times: Float64Array,
  depths: SeriesValues | undefined,
  members: ClimatologyConfig,
): Uint8Array {
  const readied = members.map((member) => ({
    ...member,
    suspect: storedSpan(member.suspect, values),
    fail: member.fail && storedSpan(member.fail, values),
    placeOf: member.period === undefined ? (time: number) => time : calendarReader(member.period),
  }));
  return flagEach(values.length, (point) => {
    const value = values[point] ?? NaN;
    if (!Number.isFinite(value)) return QARTOD_FLAG.missing;
    const time = times[point] ?? NaN;
    const depth = depths?.[point] ?? NaN;
    const member = readied.findLast(
      (candidate) =>
        isWithin(candidate.placeOf(time), candidate.time) &&
        (candidate.depth === undefined || isWithin(depth, candidate.depth)),
    );
    return member === undefined ? QARTOD_FLAG.notEvaluated : flagWithin(value, member);
  });
}

function flagWithin(value: number, { suspect, fail }: Pick<ClimatologyMember, 'suspect' | 'fail'>): QartodFlag {
  if (fail !== undefined && !isWithin(value, fail)) return QARTOD_FLAG.fail;
  return isWithin(value, suspect) ? QARTOD_FLAG.pass : QARTOD_FLAG.suspect;
}
