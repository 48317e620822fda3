import { FILE_METADATA_KEY, parseFileColumns, type ColumnDescription, type ColumnType } from '@tidelake/lake-format';
import { parquetMetadata, type FileMetaData, type SchemaElement } from 'hyparquet';
import { z } from 'zod';
import { compareKeys } from '../serve/key-order';
import type { Bound, ColumnStatistics, ValueKind } from './statistics';
import { outwardText } from './text-bound';

/** A column of a data file, as a lake can have it. */
export interface FileColumn {
  name: string;
  /** The type of the lake's column that holds its values; undefined for lists, structures and blobs. */
  type: ColumnType | undefined;
  statistics: ColumnStatistics;
}

/** What a data file's footer says. */
export interface FooterFacts {
  rows: number;
  /** Bytes of the footer, with its length and the closing `PAR1`. */
  bytes: number;
  columns: FileColumn[];
  /** Columns as the file describes them itself; empty where it does not. */
  described: ColumnDescription[];
  /** The station that the file says it is of; undefined where it says none. */
  station: string | undefined;
  metadata: FileMetaData;
}

type LeafMetadata = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

/** How a column's stored values are to be read. */
interface Leaf {
  name: string;
  type: ColumnType | undefined;
  kind: ValueKind;
  /** Undefined where statistics of this type have no order that could be relied on. */
  boundOf: ((value: unknown, direction: -1 | 1) => Bound | null) | undefined;
  /** Whether the fields `min` and `max` can be trusted, which were given up because writers compared bytes with signs. */
  deprecatedIsRight: boolean;
}

/** Statistics are wanted as they are in the file; hyparquet would round times to milliseconds and repair broken text. */
const AS_STORED = {
  timestampFromMilliseconds: (count: bigint) => count,
  timestampFromMicroseconds: (count: bigint) => count,
  timestampFromNanoseconds: (count: bigint) => count,
  dateFromDays: (days: number) => days,
  stringFromBytes: (bytes: Uint8Array) => bytes,
};

/** Decimals come as doubles after two roundings; this share of a value is more than both can shift it. */
const DECIMAL_SLACK = 2 ** -50;

/**
 * Reads a Parquet footer.
 * @param tail the end of a file, at least its footer
 * @throws Error where it is none, or does not agree with itself
 */
export function parseFooter(tail: Uint8Array): FooterFacts {
  const metadata = parquetMetadata(tail, { parsers: AS_STORED, geoparquet: false });
  const rows = Number(metadata.num_rows);
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== inGroups || rows < 0) throw new Error(`its footer says ${rows} rows, ${inGroups} in its row groups`);
  const leaves = leavesOf(metadata);
  if (metadata.row_groups.some((group) => group.columns.length !== leaves.length)) {
    throw new Error('one of its row groups lacks columns');
  }
  const columns = leaves.flatMap((leaf, index): FileColumn[] => {
    if (leaf === undefined) return [];
    const chunks = metadata.row_groups.map((group) => group.columns[index]?.meta_data);
    return [{ name: leaf.name, type: leaf.type, statistics: statisticsOf(leaf, chunks) }];
  });
  const text = metadata.key_value_metadata?.find(({ key }) => key === FILE_METADATA_KEY)?.value;
  const described = text === undefined ? [] : parseFileColumns(text);
  const station = text === undefined ? undefined : stationIn(text);
  return { rows, bytes: metadata.metadata_length + 8, columns, described, station, metadata };
}

const ownStation = z.object({ station: z.string() });

function stationIn(text: string): string | undefined {
  try {
    return ownStation.safeParse(JSON.parse(text)).data?.station;
  } catch {
    return undefined;
  }
}

/** One entry a leaf of the schema; undefined for those inside of others, save the first of each, which stands for all. */
function leavesOf({ schema }: FileMetaData): (Leaf | undefined)[] {
  const leaves: (Leaf | undefined)[] = [];
  let next = 1;
  const visit = (siblings: number, top: string | undefined): void => {
    for (let child = 0; child < siblings; child++) {
      const element = schema[next++];
      if (element === undefined) throw new Error('its schema breaks off');
      const children = element.num_children ?? 0;
      if (children > 0) {
        const first = leaves.length;
        visit(children, top ?? element.name);
        if (top === undefined) leaves[first] = untyped(element.name);
      } else if (top !== undefined) leaves.push(undefined);
      else leaves.push(element.repetition_type === 'REPEATED' ? untyped(element.name) : leafOf(element));
    }
  };
  visit(schema[0]?.num_children ?? 0, undefined);
  return leaves;
}

function untyped(name: string): Leaf {
  return { name, type: undefined, kind: 'text', boundOf: undefined, deprecatedIsRight: false };
}

function leafOf(element: SchemaElement): Leaf {
  const { name, type, converted_type: converted, logical_type: logical } = element;
  const leaf = (column: ColumnType, kind: ValueKind, boundOf?: Leaf['boundOf'], deprecatedIsRight = true): Leaf => ({
    name,
    type: column,
    kind,
    boundOf,
    deprecatedIsRight,
  });
  // hyparquet divides by the scale only where the older of the two notes is there, which every writer leaves.
  if (converted === 'DECIMAL') return leaf('double', 'real', decimalBound, false);
  if (logical?.type === 'DECIMAL') return leaf('double', 'real');
  switch (type) {
    case 'BOOLEAN':
      return leaf('boolean', 'boolean', (value) => (typeof value === 'boolean' ? value : null));
    case 'FLOAT':
      return leaf('float', 'real', realBound);
    case 'DOUBLE':
      return leaf('double', 'real', realBound);
    case 'INT96':
      // No two writers order them alike.
      return leaf('timestamp', 'time');
    case 'BYTE_ARRAY': {
      if (converted === 'UTF8' || logical?.type === 'STRING') return leaf('text', 'text', outwardText, false);
      const isText =
        converted === 'ENUM' || converted === 'JSON' || logical?.type === 'ENUM' || logical?.type === 'JSON';
      return isText ? leaf('text', 'text') : untyped(name);
    }
    case 'INT32':
    case 'INT64':
      return integerLeaf(element, leaf);
    default:
      return logical?.type === 'FLOAT16' ? leaf('float', 'real') : untyped(name);
  }
}

function integerLeaf(
  { name, type, converted_type: converted, logical_type: logical }: SchemaElement,
  leaf: (column: ColumnType, kind: ValueKind, boundOf?: Leaf['boundOf'], deprecatedIsRight?: boolean) => Leaf,
): Leaf {
  if (logical?.type === 'TIMESTAMP') {
    const perSecond = logical.unit === 'NANOS' ? 1e9 : logical.unit === 'MICROS' ? 1e6 : 1e3;
    return leaf('timestamp', 'time', timeBound(perSecond));
  }
  if (converted === 'TIMESTAMP_MILLIS') return leaf('timestamp', 'time', timeBound(1e3));
  if (converted === 'TIMESTAMP_MICROS') return leaf('timestamp', 'time', timeBound(1e6));
  if (converted === 'DATE' || logical?.type === 'DATE') return leaf('timestamp', 'time', timeBound(1 / 86_400));
  const isUnsigned = (logical?.type === 'INTEGER' && !logical.isSigned) || (converted?.startsWith('UINT_') ?? false);
  const isInteger = logical?.type === 'INTEGER' || /^U?INT_/.test(converted ?? '');
  if (!isInteger && (logical !== undefined || converted !== undefined)) return untyped(name);
  if (isUnsigned) return leaf(type === 'INT32' ? 'bigint' : 'double', 'whole', wholeBound, false);
  return leaf(type === 'INT32' ? 'integer' : 'bigint', 'whole', wholeBound);
}

function realBound(value: unknown): Bound | null {
  return typeof value === 'number' && !Number.isNaN(value) ? value : null;
}

function wholeBound(value: unknown): Bound | null {
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : null;
}

function decimalBound(value: unknown, direction: -1 | 1): Bound | null {
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number + direction * Math.abs(number) * DECIMAL_SLACK : null;
}

/** @param perSecond how many of the stored counts make a second */
function timeBound(perSecond: number): (value: unknown, direction: -1 | 1) => Bound | null {
  return (value, direction) => {
    if (typeof value !== 'bigint' && typeof value !== 'number') return null;
    const count = BigInt(value);
    const us = perSecond > 1e6 ? divided(count, BigInt(perSecond / 1e6), direction) : Number(count) * (1e6 / perSecond);
    return Number.isSafeInteger(us) ? us : null;
  };
}

function divided(count: bigint, by: bigint, direction: -1 | 1): number {
  const below = (count - (((count % by) + by) % by)) / by;
  return Number(direction < 0 || below * by === count ? below : below + 1n);
}

/** Statistics of a column over all row groups. A bound is known only where it is in each that has values. */
function statisticsOf(leaf: Leaf, chunks: (LeafMetadata | undefined)[]): ColumnStatistics {
  let nulls: number | null = 0;
  let min: Bound | null | undefined;
  let max: Bound | null | undefined;
  for (const chunk of chunks) {
    const values = Number(chunk?.num_values ?? 0);
    const { statistics } = chunk ?? {};
    const own = statistics?.null_count === undefined ? null : Number(statistics.null_count);
    const isCounted = own !== null && own >= 0 && own <= values && leaf.type !== undefined;
    nulls = nulls === null || !isCounted ? null : nulls + own;
    if (isCounted && own === values) continue;
    const [low, high] = boundsOf(leaf, statistics);
    min = min === undefined || low === null ? low : min === null || compareBounds(min, low) <= 0 ? min : low;
    max = max === undefined || high === null ? high : max === null || compareBounds(max, high) >= 0 ? max : high;
  }
  return { kind: leaf.kind, min: min ?? null, max: max ?? null, nulls };
}

function boundsOf(leaf: Leaf, statistics: LeafMetadata['statistics']): [Bound | null, Bound | null] {
  if (statistics === undefined || leaf.boundOf === undefined) return [null, null];
  const isDeprecated = statistics.min_value === undefined && statistics.max_value === undefined;
  if (isDeprecated && !leaf.deprecatedIsRight) return [null, null];
  const min = isDeprecated ? statistics.min : statistics.min_value;
  const max = isDeprecated ? statistics.max : statistics.max_value;
  // Where a writer counted NaN in, either bound may be wrong (Parquet format, `ColumnOrder`).
  if (Number.isNaN(min) || Number.isNaN(max)) return [null, null];
  return [leaf.boundOf(min, -1), leaf.boundOf(max, 1)];
}

function compareBounds(first: Bound, second: Bound): number {
  if (typeof first === 'string' && typeof second === 'string') return compareKeys(first, second);
  return first < second ? -1 : first > second ? 1 : 0;
}
