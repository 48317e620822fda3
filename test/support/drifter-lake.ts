import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DESCRIPTION_PATH, formatLakeDescription, type LakeDescription } from '@tidelake/lake-format';

/** A lake of platforms that move, in a folder of its own. */
export interface DrifterLake {
  root: string;
  /** Rows of a query over the lake's observations, which are the table `lake`, in native DuckDB. */
  ask(sql: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/** Days that the drifters drift unless told otherwise. */
export const DRIFT_DAYS = 30;
const DRIFT_START = '2024-03-01';

const COLUMNS: LakeDescription['columns'] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'device_id', type: 'text', role: 'device' },
  { name: 'latitude', type: 'double', role: 'latitude', unit: 'degrees_north' },
  { name: 'longitude', type: 'double', role: 'longitude', unit: 'degrees_east' },
  { name: 'temperature', type: 'double', role: 'variable', unit: 'degC', longName: 'Sea surface temperature' },
  { name: 'temperature_qc', type: 'integer', role: 'flag' },
];

/**
 * Writes drifters that report every six hours, two readings each time: most drift eastwards over the antimeridian, every sixth goes
 * around the North Pole. It is warmer towards the equator, every fiftieth value is missing, every twentieth is suspect.
 */
export async function writeDrifterLake(drifters: number, days = DRIFT_DAYS): Promise<DrifterLake> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-drifters-'));
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone='UTC'");
  await connection.run(`CREATE TABLE lake AS
    SELECT 'drifter-' || lpad(d::VARCHAR, 3, '0') AS station,
      TIMESTAMP '${DRIFT_START}' + to_hours(CAST(6 * s AS BIGINT)) + to_seconds(CAST(r AS BIGINT)) AS time,
      'sst-' || d AS device_id,
      CASE WHEN d % 6 = 5 THEN 86 + d % 4 + 0.8 * sin(s / 9.0) ELSE 52 - 2.5 * (d % 12) + 2.5 * sin(s / 14.0 + d) END AS latitude,
      (CASE WHEN d % 6 = 5 THEN 3.0 * s ELSE 168 + d % 9 + 0.12 * s END + 540) % 360 - 180 AS longitude,
      CASE WHEN (s + d) % 50 = 0 THEN NULL ELSE 30 - 0.33 * latitude + 0.8 * sin(s / 10.0 + d) + r / 10.0 END AS temperature,
      (CASE WHEN (s + d) % 50 = 0 THEN 9 WHEN (s + d) % 20 = 0 THEN 3 ELSE 1 END)::INTEGER AS temperature_qc
    FROM range(${drifters}) a(d), range(${days * 4}) b(s), range(2) c(r)`);
  const stations = Array.from({ length: drifters }, (_, index) => `drifter-${String(index).padStart(3, '0')}`);
  for (const station of stations) {
    await mkdir(path.join(root, `station=${station}`), { recursive: true });
    await connection.run(`COPY (SELECT time::TIMESTAMPTZ AS time, * EXCLUDE (station, time) FROM lake
      WHERE station = '${station}' ORDER BY time) TO '${path.join(root, `station=${station}`, 'data.parquet')}'`);
  }
  await mkdir(path.join(root, path.dirname(DESCRIPTION_PATH)), { recursive: true });
  await writeFile(
    path.join(root, DESCRIPTION_PATH),
    formatLakeDescription({
      format: 'tidelake',
      version: 1,
      title: 'Drifters of the North Pacific',
      partitioning: [{ name: 'station', type: 'text' }],
      columns: COLUMNS,
      stations: stations.map((id, index) => ({
        id,
        firstTime: `${DRIFT_START}T00:00:00Z`,
        lastTime: new Date(Date.parse(DRIFT_START) + days * 86_400_000 - 1000).toISOString(),
        devices: [{ id: `sst-${index}` }],
      })),
      totals: { files: drifters, bytes: 0 },
    }),
  );
  return {
    root,
    ask: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    remove: async () => {
      connection.closeSync();
      await rm(root, { recursive: true, force: true });
    },
  };
}
