import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { PARTITION_FILE } from '@tidelake/lake-format';
import { openReadableLake } from '../manifest/readable-lake';
import type { Calibration } from '../map/calibration';
import { stationOf } from '../pull/pull-window';
import { EXIT, ToolError } from '../tool-error';
import { readPartition } from '../write/partition-files';
import { wholeContent, writeToFile } from './byte-sink';
import { planExport, type ExportPlan } from './export-plan';
import { rowsOfFile, wideColumns, type ExportRows } from './export-rows';
import { parquetStream } from './parquet-stream';
import { sensorsTable } from './sensors-table';
import { tidyColumns, tidyRows } from './tidy-rows';

/** Rows of a file that are taken apart at a time, so that a large day takes no more memory than a small one. */
const ROWS_TOGETHER = 65_536;

/** What is beside the days; engines pass over names that start with `_`. */
const SENSORS_FILE = '_sensors.csv';

const EVERYTHING = {
  stations: undefined,
  from: -Infinity,
  to: Infinity,
  variables: undefined,
  sensors: undefined,
  flags: undefined,
};

/** What was written. */
export interface TidyDays {
  /** As it was given. */
  folder: string;
  files: number;
  readings: number;
}

/** @throws ToolError where the folder lies in the lake, whose readers would take the readings for rows of it */
export function refuseTidyInLake(lake: string, folder: string): void {
  const way = relative(resolve(lake), resolve(folder));
  if (way.startsWith('..')) return;
  throw new ToolError(EXIT.usage, `${folder} is in the lake ${lake}`, 'Name a folder beside it, such as --tidy tidy/.');
}

/**
 * Writes the tidy form of days of a lake (a row a reading) into the same folders below another one, and the table of all sensors beside.
 * The same days give the same bytes.
 * @param lake a folder of this machine
 * @param days folders, relative to the lake's root; those without data are passed over
 * @throws ToolError where a file cannot be read or written; an abort ends in the signal's reason
 */
export async function writeTidyDays(
  lake: string,
  days: readonly string[],
  folder: string,
  calibrations: readonly Calibration[],
  signal: AbortSignal,
): Promise<TidyDays> {
  const { description, close } = await openReadableLake(lake, {}, signal, () => undefined);
  await close();
  // Names must not change when a station gets a second device: its other days stay as they are.
  const plan = { ...planExport(description, EVERYTHING), namesDevices: true };
  const report = { folder, files: 0, readings: 0 };
  for (const day of days) {
    signal.throwIfAborted();
    const files = await readPartition(lake, day);
    if (files.length === 0) continue;
    const path = join(folder, day, PARTITION_FILE);
    await mkdir(dirname(path), { recursive: true });
    const station = stationOf(`${day}/${PARTITION_FILE}`, description) ?? '';
    const columns = tidyColumns(plan);
    const rows = tidyRows(rowsOfDay(files, station, plan), plan, columns);
    const counted = async function* (): AsyncGenerator<ExportRows> {
      for await (const batch of rows) {
        report.readings += batch.count;
        yield batch;
      }
    };
    await writeToFile(path, parquetStream(counted(), columns, [station]));
    report.files++;
  }
  const sensors = sensorsTable(plan, calibrations);
  await mkdir(folder, { recursive: true });
  await writeToFile(join(folder, SENSORS_FILE), wholeContent(sensors));
  return report;
}

async function* rowsOfDay(
  files: readonly { path: string; bytes: Uint8Array }[],
  station: string,
  plan: ExportPlan,
): AsyncGenerator<ExportRows> {
  const columns = wideColumns(plan);
  for (const { path, bytes } of files) {
    const { count, values } = rowsOfFile(bytes, { path, station }, columns, plan, undefined);
    for (let start = 0; start < count; start += ROWS_TOGETHER) {
      const end = Math.min(count, start + ROWS_TOGETHER);
      yield { count: end - start, columns, values: values.map((own) => own.subarray(start, end)) };
    }
  }
}
