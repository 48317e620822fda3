import { DuckDBInstance } from '@duckdb/node-api';
import type { ColumnDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { type AnalysisInput, readParameters } from './analysis';
import { monthlyMeans } from './monthly-means';

const columns: ColumnDescription[] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'device_id', type: 'text', role: 'device' },
  { name: 'sst', type: 'float', role: 'variable', standardName: 'sea_water_temperature', unit: 'degC' },
  { name: 'salinity', type: 'float', role: 'variable', unit: '1' },
];
const roles = { time: 'time', device: 'device_id', station: 'station' };

const input = (threshold: number): AnalysisInput => ({
  selection: { stations: ["o'brien"], devices: null, from: Date.UTC(2011, 11, 31), to: Date.UTC(2012, 1, 1) },
  roles,
  columns,
  parameters: { threshold },
});

/** Two devices at 12-hour steps from 30 December to 31 January: one at 3 °C that misses half of January, one at 5 °C. */
async function ask(sql: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE lake AS
    SELECT 'o''brien' AS station, device_id, time, CAST(level + day(time) * 0.01 AS FLOAT) AS sst, 35.0::FLOAT AS salinity, month(time) AS month
    FROM (VALUES ('cold', 3.0), ('warm', 5.0)) AS devices(device_id, level),
      range(TIMESTAMPTZ '2011-12-30', TIMESTAMPTZ '2012-02-02', INTERVAL 12 HOUR) AS times(time)
    WHERE NOT (device_id = 'cold' AND time >= TIMESTAMPTZ '2012-01-16')`);
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

describe('monthly means and cold months', () => {
  it('lists the cold device-months of the window, newest first, with n against what was expected', async () => {
    const rows = await ask(monthlyMeans.statements(input(4)).answer);
    expect(rows.map(({ device_id, n, expected }) => [device_id, Number(n), Number(expected)])).toEqual([
      ['cold', 30, 62],
      ['cold', 2, 2],
    ]);
    // January 1 to 15, each day twice: 3 + 0.01 × 8; December 31 alone: 3.31.
    expect(rows.map(({ avg_temp }) => Number(Number(avg_temp).toFixed(4)))).toEqual([3.08, 3.31]);
  });

  it('draws every device-month, also the warm ones', async () => {
    const rows = await ask(monthlyMeans.statements(input(4)).picture);
    expect(rows.map(({ device_id, n }) => [device_id, Number(n)])).toEqual([
      ['cold', 30],
      ['warm', 62],
      ['cold', 2],
      ['warm', 2],
    ]);
  });

  it('says what a lake lacks', () => {
    expect(monthlyMeans.missing(columns, roles)).toBeUndefined();
    expect(monthlyMeans.missing(columns.slice(0, 2), roles)).toContain('temperature');
    expect(monthlyMeans.missing(columns, { time: 'time' })).toContain('device');
  });

  it('takes a threshold from the link only where it is a number in range', () => {
    expect(readParameters(monthlyMeans, { threshold: '2.5' })).toEqual({ values: { threshold: 2.5 }, notices: [] });
    for (const text of ['cold', '', '999', 'Infinity', '1; DROP TABLE lake']) {
      const { values, notices } = readParameters(monthlyMeans, { threshold: text });
      expect(values).toEqual({ threshold: 4 });
      expect(notices).toHaveLength(1);
    }
  });
});
