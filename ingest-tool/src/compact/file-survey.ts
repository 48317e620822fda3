import { FILE_METADATA_KEY, parseFileColumns, type ColumnDescription } from '@tidelake/lake-format';
import { parquetMetadata, type FileMetaData, type SchemaElement } from 'hyparquet';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { withRoles } from '../rows/column-roles';
import type { RowColumn } from '../rows/column-values';
import { readRows } from '../write/parquet-rows';
import { folderOf, startsBetween, type FileFacts } from './compact-plan';
import { endOf, parseTimeFolder, startOf, type TimeFolder } from './time-folder';

/** Bytes from the end of a file in which the footer of a small one lies. */
const TAIL = 32 << 10;

const NO_SIGNAL = new AbortController().signal;

/** What a look at a file came to. */
export type FileSurvey =
  { kind: 'facts'; facts: FileFacts } | { kind: 'damaged'; path: string; reason: string } | { kind: 'gone' };

/**
 * Finds out which times a file's rows are of: by its statistics, or by reading it where they do not say.
 * @param described columns of the lake; none where it does not describe itself
 */
export async function surveyFile(
  storage: LakeStorage,
  { key, size, etag }: StoredObject,
  described: readonly ColumnDescription[],
): Promise<FileSurvey> {
  const folder = parseTimeFolder(folderOf(key));
  const damaged = (reason: string): FileSurvey => ({ kind: 'damaged', path: key, reason });
  const read = await storage.read(key, NO_SIGNAL, { start: Math.max(0, size - TAIL), end: size });
  if (read === undefined) return { kind: 'gone' };
  if (read.etag !== etag) return damaged('it is being written');
  let tail = read.bytes;
  try {
    const needed = footerLength(tail);
    if (needed > size) return damaged(`its footer would be ${needed} bytes of ${size}`);
    if (needed > tail.byteLength) {
      const more = await storage.read(key, NO_SIGNAL, { start: size - needed, end: size });
      if (more?.etag !== etag) return damaged('it is being written');
      tail = more.bytes;
    }
    const metadata = parquetMetadata(new Uint8Array(tail).buffer);
    const starts =
      startsByStatistics(metadata, folder, described) ?? (await startsByRows(storage, key, etag, folder, described));
    return { kind: 'facts', facts: { path: key, size, etag, starts } };
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

function footerLength(tail: Uint8Array): number {
  const end = tail.byteLength;
  if (end < 12) throw new Error(`it has only ${end} bytes`);
  const view = new DataView(tail.buffer, tail.byteOffset, end);
  if (view.getUint32(end - 4, true) !== 0x31524150) throw new Error('it does not end like a Parquet file');
  return view.getUint32(end - 8, true) + 8;
}

/** Undefined where the statistics do not tell, or leave more than a few times open. */
function startsByStatistics(
  { schema, row_groups: groups, key_value_metadata: texts }: FileMetaData,
  folder: TimeFolder,
  described: readonly ColumnDescription[],
): number[] | undefined {
  const own = parseFileColumns(texts?.find(({ key }) => key === FILE_METADATA_KEY)?.value ?? '');
  const fields = schema.slice(1).map((element): RowColumn => {
    const told = own.find(({ name }) => name === element.name);
    return {
      name: element.name,
      role: told?.role ?? 'about',
      type: isTimestamp(element) ? 'timestamp' : 'text',
      dictionary: undefined,
    };
  });
  const time = withRoles(fields, described).columns.find(({ role }) => role === 'time');
  if (time === undefined) throw new Error('it has no column with the time of observation');
  let [min, max] = [Infinity, -Infinity];
  for (const { columns, num_rows: rows } of groups) {
    if (rows === 0n) continue;
    const chunk = columns.find(({ meta_data: data }) => data?.path_in_schema.join('.') === time.name)?.meta_data;
    const [low, high] = [chunk?.statistics?.min_value, chunk?.statistics?.max_value];
    if (!(low instanceof Date) || !(high instanceof Date)) return undefined;
    min = Math.min(min, low.getTime() * 1000);
    max = Math.max(max, high.getTime() * 1000);
  }
  return min > max ? [] : startsBetween(folder, min, max);
}

function isTimestamp({ logical_type: logical, converted_type: converted, type }: SchemaElement): boolean {
  return logical?.type === 'TIMESTAMP' || converted?.startsWith('TIMESTAMP') === true || type === 'INT96';
}

async function startsByRows(
  storage: LakeStorage,
  key: string,
  etag: string,
  folder: TimeFolder,
  described: readonly ColumnDescription[],
): Promise<number[]> {
  const read = await storage.read(key, NO_SIGNAL);
  if (read?.etag !== etag) throw new Error('it is being written');
  const { columns, values } = readRows(read.bytes, []);
  const index = withRoles(columns, described).columns.findIndex(({ role }) => role === 'time');
  const times = values[index];
  if (!(times instanceof Float64Array)) throw new Error('it has no column with the time of observation');
  const starts = new Set<number>();
  let [start, end] = [Infinity, -Infinity];
  for (const time of times) {
    if ((time >= start && time < end) || Number.isNaN(time)) continue;
    start = startOf(folder.grain, time);
    end = endOf(folder.grain, start);
    starts.add(start);
  }
  return [...starts].sort((one, other) => one - other);
}
