import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { timestampLiteral } from './sql-text';
import { binAt, timeBins } from './time-bins';

const DAY = 86_400_000;
const JANUARY = Date.UTC(2012, 0, 1);

it('a month is divided into days or half days, a record of decades into months', () => {
  expect(timeBins(JANUARY, JANUARY + 31 * DAY)).toMatchObject({ interval: '12 hours', starts: { length: 62 } });
  expect(timeBins(JANUARY, JANUARY + DAY).interval).toBe('30 minutes');
  expect(timeBins(JANUARY, JANUARY + 306 * DAY)).toMatchObject({ interval: '7 days' });
  expect(timeBins(Date.UTC(2001, 4, 3), Date.UTC(2025, 2, 1)).interval).toBe('6 months');
});

it('bins are those of DuckDB’s time_bucket', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    const windows = [1 / 24, 0.7, 3, 31, 90, 400, 2000, 9000, 60_000, 800_000].flatMap((days) =>
      [JANUARY, Date.UTC(1969, 6, 20, 20, 17), Date.UTC(1999, 11, 31, 23, 59)].map((from) => [from, from + days * DAY]),
    );
    for (const [from = 0, to = 0] of windows) {
      const bins = timeBins(from, to);
      const { interval, starts, end } = bins;
      expect(starts.length).toBeLessThanOrEqual(80);
      const times = Array.from({ length: 97 }, (_, index) => Math.floor(from + ((to - 1 - from) * index) / 96));
      const reader = await connection.runAndReadAll(
        `SELECT epoch_ms(time_bucket(INTERVAL '${interval}', time))::DOUBLE AS start FROM unnest([${times.map(timestampLiteral).join(', ')}]) AS t(time)`,
      );
      const told = reader.getRowObjectsJson().map(({ start }) => Number(start));
      const [first] = told;
      expect(starts[0]).toBe(first);
      expect([binAt(bins, (first ?? 0) - 1), binAt(bins, end)]).toEqual([undefined, undefined]);
      for (const [index, start] of told.entries()) {
        const place = starts.indexOf(start);
        expect(place, `${interval} at ${new Date(times[index] ?? 0).toISOString()}`).toBeGreaterThanOrEqual(0);
        expect(times[index]).toBeLessThan(starts[place + 1] ?? end);
        expect(binAt(bins, times[index] ?? NaN)).toBe(place);
      }
    }
  } finally {
    connection.closeSync();
  }
});
