import { DuckDBInstance } from '@duckdb/node-api';
import type { ColumnDescription } from '@tidelake/lake-format';
import { expect, it } from 'vitest';
import { exportQuery, windowParts } from './export-shape';

const DAY = 86_400_000;
const columns: ColumnDescription[] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'device_id', type: 'text', role: 'device' },
  { name: 'temp', type: 'float', role: 'variable', unit: 'degC' },
  { name: 'temp_qc', type: 'integer', role: 'flag' },
  { name: 'sal', type: 'double', role: 'variable' },
];
const roles = { time: 'time', station: 'station', device: 'device_id' };
const selection = { stations: ['a'], devices: null, from: 0, to: DAY };
const request = { selection, roles, columns, devices: ['x', "it's"], hidesFailed: false };

async function ask(sql: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE TABLE lake AS SELECT * FROM (VALUES
    ('a', TIMESTAMP '1970-01-01 01:00', 'x', 1.5::FLOAT, 1, 35.0::DOUBLE),
    ('a', TIMESTAMP '1970-01-01 01:00', 'it''s', 2.5::FLOAT, 3, NULL),
    ('a', TIMESTAMP '1970-01-01 02:00', 'x', NULL, 9, 'nan'::DOUBLE),
    ('b', TIMESTAMP '1970-01-01 01:00', 'x', 9, 1, 9),
    ('a', TIMESTAMP '1970-01-02 00:00', 'x', 9, 1, 9)) AS rows(station, time, device_id, temp, temp_qc, sal)`);
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

it('lays observations out as they are, one column a sensor, or one row a reading', async () => {
  const rows = exportQuery('rows', request);
  expect(Object.keys((await ask(rows.sql))[0] ?? {})).toEqual([
    'time',
    'station',
    'device_id',
    'temp',
    'temp_qc',
    'sal',
  ]);
  expect(rows.meanings['temp']?.unit).toBe('degC');

  const wide = exportQuery('wide', request);
  expect(await ask(wide.sql)).toEqual([
    { time: '1970-01-01 01:00:00', station: 'a', temp_x: 1.5, "temp_it's": 2.5, sal_x: 35, "sal_it's": null },
    { time: '1970-01-01 02:00:00', station: 'a', temp_x: null, "temp_it's": null, sal_x: 'NaN', "sal_it's": null },
  ]);
  expect(wide.meanings["temp_it's"]?.unit).toBe('degC');

  expect(await ask(exportQuery('tidy', request).sql)).toEqual([
    { time: '1970-01-01 01:00:00', station: 'a', sensor: "it's:temp", value: 2.5, flag: 3 },
    { time: '1970-01-01 01:00:00', station: 'a', sensor: 'x:sal', value: 35, flag: null },
    { time: '1970-01-01 01:00:00', station: 'a', sensor: 'x:temp', value: 1.5, flag: 1 },
  ]);
});

it('leaves failed readings out of each shape, each variable by its own flag, whatever the page hides rows by', async () => {
  const flags: ColumnDescription[] = [
    ...columns,
    { name: 'sal_qc', type: 'text', role: 'flag', flagValues: [1, 2], flagMeanings: 'good bad' },
  ];
  const hiding = {
    ...request,
    columns: flags,
    hidesFailed: true,
    selection: { ...selection, hidden: [{ column: 'temp_qc', value: 4 }] },
  };
  const rowsOf = (shape: 'rows' | 'wide' | 'tidy') =>
    ask(
      exportQuery(shape, hiding).sql.replaceAll(
        'FROM lake',
        `FROM (SELECT * REPLACE (CASE WHEN temp_qc = 3 THEN 4 WHEN temp_qc = 9 THEN NULL ELSE temp_qc END AS temp_qc),
          CASE WHEN sal = 35 THEN '2' END AS sal_qc FROM lake) AS lake`,
      ),
    );
  expect(await rowsOf('rows')).toMatchObject([
    { device_id: "it's", temp: null, temp_qc: 4, sal: null, sal_qc: null },
    { device_id: 'x', temp: 1.5, temp_qc: 1, sal: null, sal_qc: '2' },
    { device_id: 'x', temp: null, temp_qc: null, sal: 'NaN', sal_qc: null },
  ]);
  expect(await rowsOf('wide')).toMatchObject([
    { temp_x: 1.5, "temp_it's": null, sal_x: null },
    { temp_x: null, "temp_it's": null, sal_x: 'NaN' },
  ]);
  expect(await rowsOf('tidy')).toMatchObject([{ sensor: 'x:temp', value: 1.5, flag: '1' }]);
});

it('cuts a window at whole days into parts that touch and cover it', () => {
  for (const [from, to, rows] of [
    [0, 30 * DAY, 1e6],
    [DAY / 3, 10.5 * DAY, 5e5],
    [0, DAY / 2, 1e7],
    [5, 6, 0],
  ] as const) {
    const parts = windowParts({ from, to }, rows, 200_000);
    expect(parts[0]?.from).toBe(from);
    expect(parts.at(-1)?.to).toBe(to);
    parts.slice(1).forEach((part, index) => expect(part.from).toBe(parts[index]?.to));
    expect(parts.slice(1).every((part) => part.from % DAY === 0)).toBe(true);
  }
  expect(windowParts({ from: 0, to: 30 * DAY }, 1e6, 200_000).length).toBeGreaterThanOrEqual(5);
});
