import { MS_PER_DAY } from '@tidelake/lake-format';
import type { DayCoverage } from '../../lake/coverage';
import { COUNTED_DAYS } from '../../queries/counted-days';
import type { QueryResult } from '../../workers/protocol';

/** The days that the answer of `countedDaysSql` tells of, each with its rows and without files. */
export function countedDays({ columns, rowCount }: Pick<QueryResult, 'columns' | 'rowCount'>): DayCoverage[] {
  const values = (name: string) => columns.find((column) => column.name === name)?.values;
  const [stations, days, rows] = [values(COUNTED_DAYS.station), values(COUNTED_DAYS.day), values(COUNTED_DAYS.rows)];
  return Array.from({ length: rowCount }, (_, row) => {
    const day = Math.floor(Number(days?.[row]) / MS_PER_DAY);
    const station = String(stations?.[row]);
    return { ...{ station, day, lastDay: day }, ...{ files: 0, kept: 0, bytes: 0, rows: Number(rows?.[row]) } };
  }).sort((left, right) => left.day - right.day);
}
