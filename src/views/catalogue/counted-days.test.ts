import { expect, it } from 'vitest';
import { countedDaysSql } from '../../queries/counted-days';
import { countedDays } from './counted-days';

const DAY = 86_400_000;

it('makes days of counted rows, in the order of time, whatever the ids are', () => {
  const column = (name: string, kind: 'number' | 'timestamp', values: number[]) => ({
    ...{ name, kind, sqlType: 'BIGINT' },
    values: Float64Array.from(values),
  });
  const columns = [
    column('station', 'number', [6901234, 6901234]),
    column('day', 'timestamp', [18_640 * DAY, 18_630 * DAY]),
    column('n', 'number', [10, 12]),
  ];
  expect(countedDays({ columns, rowCount: 2 })).toEqual([
    { station: '6901234', day: 18_630, lastDay: 18_630, files: 0, kept: 0, bytes: 0, rows: 12 },
    { station: '6901234', day: 18_640, lastDay: 18_640, files: 0, kept: 0, bytes: 0, rows: 10 },
  ]);
  expect(countedDaysSql('wmo', ['6901234'], { time: 'time', station: 'wmo', numberIds: ['wmo'] })).toContain(
    'WHERE wmo = 6901234 AND time IS NOT NULL',
  );
});
