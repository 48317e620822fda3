import { FILE_METADATA_KEY, MANIFEST_COLUMNS, statisticColumns } from '@tidelake/lake-format';
import { tableFromIPC, type Table } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { columnKey, type ManifestRow } from './manifest-row';
import { parsePartDescription, type PartDescription } from './manifest-schema';
import { kindOfType, type Bound, type ColumnStatistics } from './statistics';

/** What a part says of itself; undefined where it was not written here. */
export function partDescriptionOf(bytes: Uint8Array): PartDescription | undefined {
  const { key_value_metadata: metadata } = parquetMetadata(bytes, { geoparquet: false });
  return parsePartDescription(metadata?.find(({ key }) => key === FILE_METADATA_KEY)?.value);
}

/** A file as a part names it, without what is known of its columns. */
export type FileIdentity = Pick<ManifestRow, 'path' | 'bytes' | 'etag' | 'sha256'>;

/**
 * The files of a part, in its order.
 * @throws Error where the bytes are no manifest part
 */
export function identitiesOf(bytes: Uint8Array): FileIdentity[] {
  const { path, bytes: size, etag, sha256 } = MANIFEST_COLUMNS;
  const table = tableOf(bytes, [path, size, etag, sha256]);
  const paths = required(texts(table, path));
  const sizes = numbers(table, size);
  const etags = texts(table, etag);
  const digests = texts(table, sha256);
  return paths.map((own, row) => ({
    path: own,
    bytes: sizes[row] ?? 0,
    etag: etags[row] ?? null,
    sha256: digests[row] ?? null,
  }));
}

/**
 * The rows of a part, in its order.
 * @throws Error where the bytes are no manifest part
 */
export function rowsOf(bytes: Uint8Array): ManifestRow[] {
  const description = partDescriptionOf(bytes);
  if (description === undefined) throw new Error('it does not say which columns it is about');
  const table = tableOf(bytes);
  const paths = required(texts(table, MANIFEST_COLUMNS.path));
  const sizes = numbers(table, MANIFEST_COLUMNS.bytes);
  const rows = numbers(table, MANIFEST_COLUMNS.rows);
  const etags = texts(table, MANIFEST_COLUMNS.etag);
  const digests = texts(table, MANIFEST_COLUMNS.sha256);
  const cells = lists(table, MANIFEST_COLUMNS.cells);
  const footers = blobs(table, MANIFEST_COLUMNS.footer);
  const columns = description.columns.map(({ name, type }) => {
    const names = statisticColumns(name);
    const isTime = type === 'timestamp';
    const [min, max] = [bounds(table, names.min, isTime), bounds(table, names.max, isTime)];
    return { key: columnKey(name), kind: kindOfType(type), min, max, nulls: numbers(table, names.nulls) };
  });
  return paths.map((path, row) => ({
    path,
    bytes: sizes[row] ?? 0,
    rows: rows[row] ?? 0,
    etag: etags[row] ?? null,
    sha256: digests[row] ?? null,
    cells: cells[row] ?? null,
    footer: footers[row] ?? null,
    statistics: new Map(
      columns.map(({ key, kind, min, max, nulls }): [string, ColumnStatistics] => [
        key,
        { kind, min: min[row] ?? null, max: max[row] ?? null, nulls: nulls[row] ?? null },
      ]),
    ),
  }));
}

function tableOf(bytes: Uint8Array, columns?: string[]): Table {
  const options = columns === undefined ? {} : { columns };
  return tableFromIPC(readParquet(bytes, { batchSize: 65_536, ...options }).intoIPCStream());
}

function valuesIn(table: Table, name: string): unknown[] {
  const vector = table.getChild(name);
  if (vector === null) throw new Error(`it has no column ${name}`);
  return Array.from({ length: vector.length }, (_, row): unknown => vector.get(row));
}

function required(values: (string | null)[]): string[] {
  return values.map((value) => {
    if (value === null) throw new Error('a file has no path');
    return value;
  });
}

function texts(table: Table, name: string): (string | null)[] {
  return valuesIn(table, name).map((value) => (typeof value === 'string' ? value : null));
}

function numbers(table: Table, name: string): (number | null)[] {
  return valuesIn(table, name).map((value) =>
    typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null,
  );
}

function bounds(table: Table, name: string, isTime: boolean): (Bound | null)[] {
  if (isTime) return times(table, name);
  const isWhole = /^Int/.test(String(table.getChild(name)?.type));
  return valuesIn(table, name).map((value) => {
    if (typeof value === 'number') return isWhole ? BigInt(value) : value;
    return typeof value === 'bigint' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
  });
}

/** Arrow's own reading of times rounds them to milliseconds. */
function times(table: Table, name: string): (number | null)[] {
  const vector = table.getChild(name);
  if (vector === null) throw new Error(`it has no column ${name}`);
  return vector.data.flatMap((data) => {
    const stored: unknown = data.values;
    if (!(stored instanceof BigInt64Array)) throw new Error(`its column ${name} holds no times`);
    return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? Number(stored[row] ?? 0n) : null));
  });
}

function lists(table: Table, name: string): (string[] | null)[] {
  return valuesIn(table, name).map((value) => {
    if (value === null || typeof value !== 'object' || !(Symbol.iterator in value)) return null;
    return [...(value as Iterable<unknown>)].map(String);
  });
}

function blobs(table: Table, name: string): (Uint8Array | null)[] {
  return valuesIn(table, name).map((value) => (value instanceof Uint8Array ? value.slice() : null));
}
