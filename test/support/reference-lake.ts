import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DEFAULT_PARTITIONING, DESCRIPTION_PATH, formatLakeDescription, formatPartition } from '@tidelake/lake-format';
import type { LakeDescription } from '@tidelake/lake-format';

/** A lake in a folder of its own, written and asked by native DuckDB. */
export interface ReferenceLake {
  root: string;
  files: number;
  bytes: number;
  /** Rows of a query over the whole lake, which is the table `lake`, in native DuckDB's own JSON values. */
  ask(sql: string): Promise<unknown[]>;
  remove(): Promise<void>;
}

export interface ReferenceLakeOptions {
  stations: string[];
  /** First day, `YYYY-MM-DD`. */
  firstDay: string;
  days: number;
  filesPerDay: number;
  /** Rows a file, spread evenly over its part of the day. */
  rowsPerFile: number;
  /** Write lake.json. */
  described: boolean;
}

const COLUMNS: LakeDescription['columns'] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'device_id', type: 'text', role: 'device' },
  { name: 'temperature', type: 'double', role: 'variable', unit: 'degC' },
  { name: 'salinity', type: 'double', role: 'variable', unit: '1' },
  { name: 'depth', type: 'float', role: 'depth', unit: 'm' },
  { name: 'temperature_qc', type: 'integer', role: 'flag' },
];

/**
 * Writes a lake of made-up but repeatable observations: every third salinity is null, a few temperatures are NaN, times
 * are `TIMESTAMPTZ` as the format wants them.
 */
export async function writeReferenceLake(options: ReferenceLakeOptions): Promise<ReferenceLake> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-reference-'));
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone='UTC'");
  let files = 0;
  let bytes = 0;
  for (const [index, station] of options.stations.entries()) {
    for (let day = 0; day < options.days; day++) {
      const date = new Date(Date.parse(options.firstDay) + day * 86_400_000).toISOString().slice(0, 10);
      const [year, month, dayOfMonth] = date.split('-');
      const stationFolder = options.described
        ? formatPartition({ key: 'station', value: station })
        : `station=${station}`;
      const folder = path.join(root, stationFolder, `year=${year}`, `month=${month}`, `day=${dayOfMonth}`);
      await mkdir(folder, { recursive: true });
      for (let part = 0; part < options.filesPerDay; part++) {
        const file = path.join(folder, `data_${String(part).padStart(4, '0')}.parquet`);
        await connection.run(`COPY (${rowsSql(options, index, date, part)}) TO '${file}' (COMPRESSION zstd)`);
        bytes += (await stat(file)).size;
        files++;
      }
    }
  }
  if (options.described) await describeLake(root, options, files, bytes);
  return {
    root,
    files,
    bytes,
    ask: (sql) => ask(connection, root, sql),
    remove: async () => {
      connection.closeSync();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function rowsSql(options: ReferenceLakeOptions, station: number, date: string, part: number): string {
  const partSeconds = 86_400 / options.filesPerDay;
  const step = partSeconds / options.rowsPerFile;
  const n = `(i + ${part * options.rowsPerFile} + ${station * 7})`;
  return `SELECT TIMESTAMPTZ '${date} 00:00:00+00' + to_microseconds(CAST((${part * partSeconds} + i * ${step}) * 1e6 AS BIGINT)) AS time,
    'dev-' || (i % 3) AS device_id,
    CASE WHEN ${n} % 97 = 0 THEN 'NaN'::DOUBLE ELSE round(10 + 5 * sin(${n} / 50.0), 4) END AS temperature,
    CASE WHEN i % 3 = 0 THEN NULL ELSE 35 + ${n} % 10 / 10.0 END::DOUBLE AS salinity,
    (i % 4 * 100.5)::FLOAT AS depth,
    (CASE WHEN ${n} % 97 = 0 THEN 9 ELSE 1 END)::INTEGER AS temperature_qc
    FROM range(${options.rowsPerFile}) t(i)`;
}

async function describeLake(
  root: string,
  { stations }: ReferenceLakeOptions,
  files: number,
  bytes: number,
): Promise<void> {
  const text = formatLakeDescription({
    format: 'tidelake',
    version: 1,
    title: 'Reference lake',
    partitioning: DEFAULT_PARTITIONING,
    columns: COLUMNS,
    stations: stations.map((id) => ({ id, devices: [] })),
    totals: { files, bytes },
  });
  const file = path.join(root, DESCRIPTION_PATH);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function ask(connection: DuckDBConnection, root: string, sql: string): Promise<unknown[]> {
  await connection.run(`CREATE OR REPLACE TEMP VIEW lake AS
    SELECT * REPLACE (time::TIMESTAMP AS time)
    FROM read_parquet('${root}/station=*/**/*.parquet', hive_partitioning = true, union_by_name = true,
      hive_types = {'station': VARCHAR, 'year': BIGINT, 'month': BIGINT, 'day': BIGINT})`);
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson();
}
