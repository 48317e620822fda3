import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { dateOfDay, dayNumberOfDate, formatPartition, MS_PER_DAY, type UtcDate } from '@tidelake/lake-format';
import { refreshManifest } from '../../ingest-tool/src/manifest/refresh-manifest';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { ROWS_PER_QUARTER_HOUR, STATION_COLUMNS, stationDaySql, stationIds } from './station-data';

/** How a lake is laid out. The same recipe always gives the same bytes. */
export interface LakeRecipe {
  stations: number;
  days: number;
  /** The first columns of a station's 20 that are kept. */
  columns: number;
  /** `quarter-hours`: 96 Snappy files a day as collectors write them; `days`: one zstd file a day, as compaction does. */
  files: 'quarter-hours' | 'days';
  /** Whether the lake describes itself and names its files, as “tidelake manifest” leaves it. */
  manifest?: boolean;
}

/** Change it whenever the same recipe would give other bytes: it names the cached folders. */
const EDITION = 1;
const FIRST_DAY = dayNumberOfDate({ year: 2025, month: 11, day: 24 });
const QUARTER_HOURS_PER_DAY = 96;
const LAKES_FOLDER = fileURLToPath(new URL('../lakes', import.meta.url));

/** The lakes of the benchmark: 18 MB, 7 MB twice, 36 MB, 21 MB and 1 GB. The last one takes minutes to make. */
export const LAKES = {
  'quarter-hours': { stations: 4, days: 3, columns: 20, files: 'quarter-hours' },
  'station-days': { stations: 4, days: 3, columns: 20, files: 'days' },
  'station-days-manifest': { stations: 4, days: 3, columns: 20, files: 'days', manifest: true },
  'station-months-manifest': { stations: 2, days: 31, columns: 20, files: 'days', manifest: true },
  'two-million-rows': { stations: 4, days: 30, columns: 4, files: 'days' },
  'one-gigabyte': { stations: 24, days: 84, columns: 20, files: 'days' },
} satisfies Record<string, LakeRecipe>;

export type LakeName = keyof typeof LAKES;

/**
 * The folder of a benchmark lake, made at first use and kept.
 *
 * A file is named by the end of its batch, as real collectors do, so `data_0000` holds the last 15 minutes of its day.
 */
export async function ensureLake(name: LakeName, folder = LAKES_FOLDER): Promise<string> {
  const lake = path.join(folder, `${name}-${EDITION}`);
  if (existsSync(lake)) return lake;
  const unfinished = `${lake}.tmp`;
  await rm(unfinished, { recursive: true, force: true });
  await makeLake(unfinished, LAKES[name]);
  await rename(unfinished, lake);
  return lake;
}

/** Writes the lake of a recipe into a folder. */
export async function makeLake(folder: string, recipe: LakeRecipe): Promise<void> {
  // More threads would cut the row groups elsewhere on each run.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    for (const [stationNumber, station] of stationIds(recipe.stations).entries()) {
      for (const day of dayNumbers(recipe)) {
        const dayFolder = path.join(folder, dayPath(station, dateOfDay(day)));
        await mkdir(dayFolder, { recursive: true });
        const columns = STATION_COLUMNS.slice(0, recipe.columns).map(([name]) => name);
        await connection.run(
          `CREATE OR REPLACE TABLE station_day AS ${stationDaySql(stationNumber, day * MS_PER_DAY, columns)}`,
        );
        await writeDay(connection, dayFolder, recipe.files);
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  if (recipe.manifest) await describeLake(folder);
}

async function describeLake(folder: string): Promise<void> {
  const storage = await openStorage(folder);
  const report = await refreshManifest({
    ...{ data: storage, storage, dataRoot: undefined, h3: undefined, checksums: undefined, isExclusive: true },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
  });
  if (report.damaged.length > 0) throw new Error(`${report.damaged.length} files of ${folder} cannot be read`);
}

/** The days a recipe covers, as days since 1970-01-01. */
export function dayNumbers({ days }: LakeRecipe): number[] {
  return Array.from({ length: days }, (_, index) => FIRST_DAY + index);
}

/** The days a recipe covers, as UTC dates. */
export function lakeDates(recipe: LakeRecipe): UtcDate[] {
  return dayNumbers(recipe).map(dateOfDay);
}

/** `station=…/year=…/month=…/day=…`. */
export function dayPath(station: string, { year, month, day }: UtcDate): string {
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  return [
    { key: 'station', value: station },
    { key: 'year', value: String(year) },
    { key: 'month', value: twoDigits(month) },
    { key: 'day', value: twoDigits(day) },
  ]
    .map(formatPartition)
    .join('/');
}

/** The 96 file names of a day in the order of their batches: `data_0015` … `data_2345`, `data_0000`. */
export function quarterHourFileNames(): string[] {
  return Array.from({ length: QUARTER_HOURS_PER_DAY }, (_, index) => {
    const endMinute = ((index + 1) * 15) % 1440;
    const hours = String(Math.floor(endMinute / 60)).padStart(2, '0');
    return `data_${hours}${String(endMinute % 60).padStart(2, '0')}.parquet`;
  });
}

async function writeDay(connection: DuckDBConnection, folder: string, files: LakeRecipe['files']): Promise<void> {
  if (files === 'days') {
    const file = path.join(folder, 'part-0.parquet');
    await connection.run(`COPY station_day TO '${file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)`);
    return;
  }
  for (const [index, name] of quarterHourFileNames().entries()) {
    const first = index * ROWS_PER_QUARTER_HOUR;
    const rows = `SELECT * FROM station_day WHERE rowid BETWEEN ${first} AND ${first + ROWS_PER_QUARTER_HOUR - 1}`;
    await connection.run(`COPY (${rows}) TO '${path.join(folder, name)}' (FORMAT parquet, COMPRESSION snappy)`);
  }
}
