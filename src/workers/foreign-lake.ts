import { isDataPath } from '@tidelake/lake-format';
import type { ColumnDescription, ColumnRole, ColumnType, PartitionKey } from '@tidelake/lake-format';
import { LakeError } from '../lake/lake-error';
import { schemaOfForeignLake } from '../lake/lake-schema';
import type { LakeColumn, LakeSchema } from '../lake/lake-schema';
import { detectScheme, foldersAreUniform } from '../lake/partition-scheme';
import { throwIfCancelled } from '../sources/cancellation';
import type { ByteCache } from '../sources/byte-cache';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import type { Decoder } from './decoder-protocol';
import { fetchTail } from './file-tail';
import { uniteColumns } from './found-columns';
import type { FileColumns, FoundColumns } from './found-columns';
import { keepingOf } from './keeping-store';

/** What is known of a lake without lake.json: a sample of its keys, the columns of a few files. */
export interface ForeignLake {
  schema: LakeSchema;
  found: FoundColumns;
  /** Whether every data file is known to lie in a folder for each key, spelt alike. */
  uniformFolders: boolean;
  /** Where the sample was the whole lake. */
  totals: { files: number; bytes: number } | null;
}

/** What the footers of a sample are read with. */
export interface FooterReading {
  decoder: Decoder;
  /** The kept bytes of what is at an address: a footer that was read on an earlier visit is not fetched again. */
  cacheOf(url: string): ByteCache;
}

/** Pages of a listing to look for a data file in, before giving up. */
const SAMPLE_PAGES = 3;

const DUCKDB_KINDS: Record<string, ColumnType> = {
  TIMESTAMP: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  DATE: 'timestamp',
  DOUBLE: 'double',
  FLOAT: 'float',
  BOOLEAN: 'boolean',
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'bigint',
  BIGINT: 'bigint',
  UBIGINT: 'bigint',
};

const ROLE_NAMES: [ColumnRole, RegExp][] = [
  ['latitude', /^(lat|latitude)$/i],
  ['longitude', /^(lon|lng|long|longitude)$/i],
  ['depth', /^(nominal_)?depth(_m)?$/i],
  ['device', /^(device|sensor|instrument)(_?id)?$/i],
  ['flag', /_(qc|flag)$/i],
];

/**
 * Finds out what a folder of Parquet files holds: its partition keys from a page of its listing, its columns from a few
 * footers.
 * @param schemeOf finds partition keys in the paths of files
 * @throws LakeError `not-a-lake`, saying what was seen instead
 */
export async function inspectForeignLake(
  store: ObjectStore,
  reading: FooterReading,
  signal: AbortSignal,
  schemeOf: (keys: string[]) => PartitionKey[] = detectScheme,
): Promise<ForeignLake> {
  const { objects, complete } = await sampleObjects(store, signal);
  const files = objects.filter((object) => isDataPath(object.key));
  const samples = sampleFiles(files);
  if (samples.length === 0) throw nothingFound(store.url, objects, complete);
  const keys = files.map((file) => file.key);
  const partitionKeys = schemeOf(keys);
  const found = uniteColumns(await readSamples(store, reading, samples, signal));
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return {
    schema: schemaOfForeignLake(found.columns, partitionKeys),
    found,
    uniformFolders: complete && foldersAreUniform(keys, partitionKeys),
    totals: complete ? { files: files.length, bytes } : null,
  };
}

/** The last file, which is the newest in a lake by date and so has the most columns, the first, and one between them. */
function sampleFiles(files: ListedObject[]): ListedObject[] {
  // An empty object has no footer.
  const readable = files.filter((file) => file.size > 0);
  const chosen = [readable.at(-1), readable[0], readable[Math.floor(readable.length / 2)]];
  return [...new Set(chosen)].flatMap((file) => file ?? []);
}

/** A sample that cannot be read is passed over while another one can: a query that needs it will say what is wrong. */
async function readSamples(
  store: ObjectStore,
  reading: FooterReading,
  samples: ListedObject[],
  signal: AbortSignal,
): Promise<FileColumns[]> {
  const read = await settleColumns(store, reading, samples, signal);
  const good = fulfilled(read);
  const [first] = read;
  if (good.length === 0 && first?.status === 'rejected') throw first.reason;
  return good;
}

/** The columns of those of some files that can be read. */
export async function readFileColumns(
  store: ObjectStore,
  reading: FooterReading,
  files: readonly ListedObject[],
  signal: AbortSignal,
): Promise<FileColumns[]> {
  return fulfilled(await settleColumns(store, reading, files, signal));
}

async function settleColumns(
  store: ObjectStore,
  reading: FooterReading,
  files: readonly ListedObject[],
  signal: AbortSignal,
): Promise<PromiseSettledResult<FileColumns>[]> {
  const read = await Promise.allSettled(
    files.map(async (file) => ({ key: file.key, columns: await readColumns(store, reading, file, signal) })),
  );
  throwIfCancelled(signal);
  return read;
}

function fulfilled<Value>(results: PromiseSettledResult<Value>[]): Value[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

/** Describes a foreign lake's columns as far as their names and types tell. */
export function describeColumns({ columns, timeColumn }: LakeSchema): ColumnDescription[] {
  return columns.map(({ name, duckdbType }) => {
    const type = DUCKDB_KINDS[duckdbType] ?? (duckdbType.startsWith('DECIMAL') ? 'double' : 'text');
    const named = ROLE_NAMES.find(([, pattern]) => pattern.test(name))?.[0];
    const measured = type === 'double' || type === 'float' ? 'variable' : 'about';
    return { name, type, role: name === timeColumn ? 'time' : (named ?? measured) };
  });
}

/** The first objects of a lake, some data files among them where there are any, and whether they are all. */
export async function sampleObjects(
  store: ObjectStore,
  signal: AbortSignal,
): Promise<{ objects: ListedObject[]; complete: boolean }> {
  const objects: ListedObject[] = [];
  let continuationToken: string | undefined;
  for (let page = 0; page < SAMPLE_PAGES; page++) {
    const request = continuationToken === undefined ? { prefix: '' } : { prefix: '', continuationToken };
    const { value } = await store.list(request, signal);
    objects.push(...value.objects);
    continuationToken = value.continuationToken;
    if (continuationToken === undefined) return { objects, complete: true };
    if (objects.some((object) => object.size > 0 && isDataPath(object.key))) break;
  }
  return { objects, complete: false };
}

async function readColumns(
  store: ObjectStore,
  { decoder, cacheOf }: FooterReading,
  file: ListedObject,
  signal: AbortSignal,
): Promise<LakeColumn[]> {
  const cache = cacheOf(store.url);
  const bytes =
    (await cache.get(file.key, file.etag)) ?? (await fetchTail(keepingOf(store, cache, file), file, signal)).bytes;
  try {
    return await decoder.columns({ tail: bytes, size: file.size, name: file.key });
  } catch (error) {
    await cache.remove(file.key);
    throw error;
  }
}

function nothingFound(url: string, objects: ListedObject[], complete: boolean): LakeError {
  const names = objects.slice(0, 3).map((object) => object.key);
  const more =
    objects.length > names.length ? ` and ${complete ? '' : 'at least '}${objects.length - names.length} more` : '';
  const seen = names.length === 0 ? 'nothing at all' : `${names.join(', ')}${more}`;
  return new LakeError({
    code: 'not-a-lake',
    message: `There are no Parquet files at ${url}: it holds ${seen}.`,
    advice: 'Give the folder above the station=… or year=… folders of the lake, and check its spelling.',
  });
}
