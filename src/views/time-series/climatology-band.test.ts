import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { emptyReceipt } from '../../lake/receipt';
import { dayClimatologySql } from '../../queries/day-climatology';
import type { QueryResult, ResultColumn } from '../../workers/protocol';
import { bandOver, climatologiesOf, supportOf } from './climatology-band';

async function ask(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  const answer = await connection.runAndReadAll(sql);
  const columns = answer.columnNames().map((name, index): ResultColumn => {
    const values = answer.getColumns()[index] ?? [];
    const valid = Uint8Array.from(values, (value) => (value === null ? 0 : 1));
    return typeof values[0] === 'string'
      ? { name, sqlType: 'VARCHAR', kind: 'text', values: values.map(String) }
      : { name, sqlType: 'DOUBLE', kind: 'number', values: Float64Array.from(values, Number), valid };
  });
  return { columns, rowCount: answer.currentRowCount, receipt: emptyReceipt() };
}

it('is mean ± standard deviation by day of the year, over all years, and says what it rests on', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE VIEW lake AS SELECT * FROM (VALUES
    ('a', TIMESTAMP '2011-01-01 06:00', 10.0), ('a', TIMESTAMP '2012-01-01 18:00', 14.0), ('a', TIMESTAMP '2012-01-02', 5.0),
    ('a', TIMESTAMP '2012-12-31', 3.0), ('a', TIMESTAMP '2012-12-31 01:00', 'nan'::DOUBLE)) t(device, time, v)`);
  const selection = { stations: null, devices: null, from: Date.UTC(2013, 0, 1, 3), to: Date.UTC(2013, 0, 1, 4) };
  const sql = dayClimatologySql([{ variable: 'v', selection }], { time: 'time', device: 'device' });
  const found = climatologiesOf(await ask(connection, sql), ['variable', 'device']);
  expect(found).toHaveLength(1);
  expect(found[0]?.keys).toEqual(['v', 'a']);
  expect(supportOf(found)).toEqual({ readings: { least: 1, most: 2 }, years: { least: 1, most: 2 } });
  const [only] = found;
  if (!only) throw new Error('no climatology');
  // From the day before to the day after; 2012-12-31 is day 366, which 2013 does not have.
  const { times, low, high } = bandOver(only, selection);
  expect([...times].map((time) => new Date(time).toISOString().slice(0, 13))).toEqual([
    '2012-12-31T12',
    '2013-01-01T12',
    '2013-01-02T12',
  ]);
  expect(low[1]).toBeCloseTo(12 - Math.sqrt(8), 12);
  expect(high[1]).toBeCloseTo(12 + Math.sqrt(8), 12);
  // One reading has no deviation, and so no band.
  expect([low[0], low[2]]).toEqual([NaN, NaN]);
  expect(supportOf([])).toBeUndefined();
});
