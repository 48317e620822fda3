import { isDataPath } from '@tidelake/lake-format';
import type { ColumnDescription, ColumnRole, ColumnType } from '@tidelake/lake-format';
import { LakeError } from '../lake/lake-error';
import { schemaOfForeignLake } from '../lake/lake-schema';
import type { LakeColumn, LakeSchema } from '../lake/lake-schema';
import { detectScheme } from '../lake/partition-scheme';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import type { Decoder } from './decode-client';

/** What is known of a lake without lake.json: a sample of its keys, one file's columns. */
export interface ForeignLake {
  schema: LakeSchema;
  /** The file the columns are from. */
  sample: string;
  /** Where the sample was the whole lake. */
  totals: { files: number; bytes: number } | null;
}

/** Pages of a listing to look for a data file in, before giving up. */
const SAMPLE_PAGES = 3;

/** Enough for the footer of nearly every file; a longer one takes a second request. */
const FOOTER_GUESS = 64 << 10;

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
 * Finds out what a folder of Parquet files holds: its partition keys from a page of its listing, its columns from one
 * file's footer.
 * @throws LakeError `not-a-lake`, saying what was seen instead
 */
export async function inspectForeignLake(
  store: ObjectStore,
  decoder: Decoder,
  signal: AbortSignal,
): Promise<ForeignLake> {
  const { objects, complete } = await sampleObjects(store, signal);
  const files = objects.filter((object) => isDataPath(object.key));
  // Empty files have no footer; of the others the smallest is as good as any.
  const [sample] = files.filter((file) => file.size > 0).sort((a, b) => a.size - b.size);
  if (!sample) throw nothingFound(store.url, objects, complete);
  const partitionKeys = detectScheme(files.map((file) => file.key));
  const columns = await readColumns(store, decoder, sample, signal);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return {
    schema: schemaOfForeignLake(columns, partitionKeys),
    sample: sample.key,
    totals: complete ? { files: files.length, bytes } : null,
  };
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

async function sampleObjects(store: ObjectStore, signal: AbortSignal) {
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
  decoder: Decoder,
  { key, size }: ListedObject,
  signal: AbortSignal,
): Promise<LakeColumn[]> {
  const tailFrom = async (start: number) => (await store.get(key, signal, { start, end: size })).value;
  let tail = await tailFrom(Math.max(0, size - FOOTER_GUESS));
  const footer = footerBytes(tail);
  if (footer > tail.byteLength && footer <= size) tail = await tailFrom(size - footer);
  return decoder.columns({ tail, size, name: key });
}

/** Length of the footer with its length and magic behind it (Parquet format, “File format”). */
function footerBytes(tail: Uint8Array): number {
  if (tail.byteLength < 8) return 0;
  return new DataView(tail.buffer, tail.byteOffset + tail.byteLength - 8).getUint32(0, true) + 8;
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
