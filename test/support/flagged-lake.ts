import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DEFAULT_PARTITIONING, DESCRIPTION_PATH, formatLakeDescription } from '@tidelake/lake-format';

/** The days of the lake, and what is in it. */
export const FLAGGED_DAYS = { first: '2025-03-01', days: 3, perDay: 1440 };

/**
 * Writes a lake of a weather mast, a reading a minute over three days: temperature with spikes that are flagged as fail and
 * shifts that are flagged as suspect, wind as speed and direction, and a count of rain.
 * @returns its folder, and how to remove it
 */
export async function writeFlaggedLake(): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-flagged-'));
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone='UTC'");
  let bytes = 0;
  for (let day = 0; day < FLAGGED_DAYS.days; day++) {
    const date = new Date(Date.parse(FLAGGED_DAYS.first) + day * 86_400_000).toISOString().slice(0, 10);
    const [year, month, dayOfMonth] = date.split('-');
    const folder = path.join(root, 'station=mast', `year=${year}`, `month=${month}`, `day=${dayOfMonth}`);
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, 'part-0000.parquet');
    await connection.run(`COPY (
      SELECT TIMESTAMPTZ '${date} 00:00:00+00' + INTERVAL (i) MINUTE AS time, 'met-1' AS device_id,
        10 + 5 * sin(i / 200.0) + CASE WHEN i % 400 = 77 THEN 60 WHEN i % 300 = 33 THEN 2 ELSE 0 END AS temperature,
        (CASE WHEN i % 400 = 77 THEN 4 WHEN i % 300 = 33 THEN 3 ELSE 1 END)::INTEGER AS temperature_qc,
        (i % 60) / 6.0 AS wind_speed, (i * 7 % 360)::DOUBLE AS wind_direction, (i // 90)::DOUBLE AS rain_count
      FROM range(${FLAGGED_DAYS.perDay}) t(i)) TO '${file}' (COMPRESSION zstd)`);
    bytes += (await stat(file)).size;
  }
  connection.closeSync();
  const last = new Date(Date.parse(FLAGGED_DAYS.first) + FLAGGED_DAYS.days * 86_400_000 - 60_000).toISOString();
  const description = formatLakeDescription({
    ...{ format: 'tidelake', version: 1, title: 'Weather mast', partitioning: DEFAULT_PARTITIONING },
    columns: [
      { name: 'time', type: 'timestamp', role: 'time' },
      { name: 'device_id', type: 'text', role: 'device' },
      { name: 'temperature', type: 'double', role: 'variable', unit: 'degC', standardName: 'air_temperature' },
      { name: 'temperature_qc', type: 'integer', role: 'flag' },
      { name: 'wind_speed', type: 'double', role: 'variable', unit: 'm s-1', standardName: 'wind_speed' },
      { name: 'wind_direction', type: 'double', role: 'variable', unit: 'degree', standardName: 'wind_from_direction' },
      { name: 'rain_count', type: 'double', role: 'variable', unit: 'count' },
    ],
    stations: [
      { id: 'mast', firstTime: `${FLAGGED_DAYS.first}T00:00:00.000Z`, lastTime: last, devices: [{ id: 'met-1' }] },
    ],
    totals: { files: FLAGGED_DAYS.days, bytes },
  });
  await mkdir(path.dirname(path.join(root, DESCRIPTION_PATH)), { recursive: true });
  await writeFile(path.join(root, DESCRIPTION_PATH), description);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
