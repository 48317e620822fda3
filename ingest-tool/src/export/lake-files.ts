import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dayNumberOfDate, isDataPath, MS_PER_DAY, parsePartition, type LakeDescription } from '@tidelake/lake-format';
import { EXIT, explainSystemError } from '../tool-error';

/** A data file and the station it is of. */
export interface LakeFile {
  path: string;
  station: string;
}

/** Which folders are walked. */
export interface FolderFilter {
  stations: ReadonlySet<string>;
  /** UTC microseconds; `to` is not included. */
  from: number;
  to: number;
}

/** The data files of a lake's chosen stations and days, in the order of their paths, found as they are asked for. */
export async function* lakeFiles(root: string, lake: LakeDescription, filter: FolderFilter): AsyncGenerator<LakeFile> {
  const slackDays = lake.partitionTime === 'approximate' ? 1 : 0;
  const walk = async function* (folder: string, values: ReadonlyMap<string, string>): AsyncGenerator<LakeFile> {
    const station = values.get('station');
    if (station !== undefined && !filter.stations.has(station)) return;
    if (!mayHold(values, filter, slackDays)) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      throw explainSystemError(error, 'list', folder, EXIT.input);
    });
    entries.sort((left, right) => (left.name < right.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isFile() && isDataPath(entry.name)) yield { path, station: station ?? '' };
      const partition = entry.isDirectory() ? parsePartition(entry.name) : undefined;
      if (partition !== undefined) yield* walk(path, new Map(values).set(partition.key, partition.value ?? ''));
    }
  };
  yield* walk(root, new Map());
}

/** Whether a folder's days touch the time span; every folder whose days are not known may. */
function mayHold(values: ReadonlyMap<string, string>, { from, to }: FolderFilter, slackDays: number): boolean {
  const [year, month, day] = ['year', 'month', 'day'].map((key) => Number(values.get(key) ?? Number.NaN));
  if (year === undefined || month === undefined || day === undefined || Number.isNaN(year)) return true;
  const first = dayNumberOfDate({ year, month: Number.isNaN(month) ? 1 : month, day: Number.isNaN(day) ? 1 : day });
  const next = Number.isNaN(month)
    ? dayNumberOfDate({ year: year + 1, month: 1, day: 1 })
    : Number.isNaN(day)
      ? dayNumberOfDate({ year, month: month + 1, day: 1 })
      : first + 1;
  const microsOf = (days: number): number => days * MS_PER_DAY * 1000;
  return microsOf(next + slackDays) > from && microsOf(first - slackDays) < to;
}
