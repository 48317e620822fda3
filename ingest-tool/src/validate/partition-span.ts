import { dayNumberOfDate, MS_PER_DAY, parsePartitionPath } from '@tidelake/lake-format';
import { columnKey } from '../manifest/manifest-row';

const US_PER_DAY = MS_PER_DAY * 1000;
const US_PER_HOUR = US_PER_DAY / 24;

/** UTC microseconds, the end excluded. */
export interface TimeSpan {
  start: number;
  end: number;
}

/** The time that the folders of a path speak of, down to the hour; undefined where they speak of none. */
export function partitionSpan(path: string): TimeSpan | undefined {
  const values = new Map<string, string>();
  for (const { key, value } of parsePartitionPath(path).partitions)
    if (value !== null) values.set(columnKey(key), value);
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(values.get('date') ?? values.get('dt') ?? values.get('day') ?? '');
  const part = (name: string, place: number): number | undefined => {
    const text = date?.[place] ?? values.get(name);
    return text === undefined || !/^\d{1,4}$/.test(text) ? undefined : Number(text);
  };
  const year = part('year', 1);
  if (year === undefined) return undefined;
  const month = part('month', 2);
  const day = month === undefined ? undefined : part('day', 3);
  const hour = day === undefined ? undefined : Number(values.get('hour') ?? Number.NaN);
  const startDay = dayNumberOfDate({ year, month: month ?? 1, day: day ?? 1 });
  if (hour !== undefined && Number.isInteger(hour)) {
    const start = startDay * US_PER_DAY + hour * US_PER_HOUR;
    return { start, end: start + US_PER_HOUR };
  }
  const endDay =
    day !== undefined
      ? startDay + 1
      : month === undefined
        ? dayNumberOfDate({ year: year + 1, month: 1, day: 1 })
        : dayNumberOfDate(month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 });
  return { start: startDay * US_PER_DAY, end: endDay * US_PER_DAY };
}

/** A span with a day of slack on either side, for lakes whose collectors file rows under a neighbouring day. */
export function withSlack({ start, end }: TimeSpan): TimeSpan {
  return { start: start - US_PER_DAY, end: end + US_PER_DAY };
}
