import { boundsWithin, partitionOf } from './folder';
import { mayMatch, type BoundsOf, type ColumnBounds } from './column-bounds';
import { sameName, tableColumns, type LakeSchema } from './lake-schema';
import type { LakeFile } from './partition-walk';
import type { Literal, Predicate } from './predicate';

/** The rows of a manifest part: of each data file what the manifest says of it. */
export interface ManifestRows {
  count: number;
  path(row: number): string;
  /** Bytes of the file. */
  size(row: number): number;
  /** Rows of the file. */
  rows(row: number): number;
  /** A text that changes when the file's bytes do. */
  version(row: number): string;
  /** The end of the file from its footer on; undefined where the manifest does not keep it. */
  footer(row: number): Uint8Array | undefined;
  /** What is said of one data column; undefined where the manifest has no statistics of it. */
  statistics(column: string): ColumnStatistics | undefined;
}

/** What a manifest says of one data column in each of the files. */
export interface ColumnStatistics {
  /** Whether its values can be NaN, which bounds pass over. */
  canBeNan: boolean;
  min(row: number): Literal | undefined;
  max(row: number): Literal | undefined;
  nulls(row: number): number | undefined;
}

/** What is known of the rows of a file before it is read. */
export interface FileFacts {
  rows: number;
  /** Bounds of a column of the lake's table, a partition key's included. */
  boundsOf: BoundsOf;
  /** What the manifest says of a column inside the files; undefined where it says nothing. */
  column(name: string): ColumnFacts | undefined;
  footer?: Uint8Array;
}

/** What a manifest says of one data column in one file. */
export interface ColumnFacts {
  /** Whether its values can be NaN, which bounds pass over. */
  canBeNan: boolean;
  min?: Literal;
  max?: Literal;
  /** Count of rows where it is NULL. */
  nulls?: number;
}

/** A file of the manifest that may hold matching rows. */
export interface ManifestFile {
  file: LakeFile;
  facts: FileFacts;
}

/** The files of a manifest part in which rows may fulfil a condition. */
export function matchingFiles(part: ManifestRows, schema: LakeSchema, where: Predicate): ManifestFile[] {
  const statistics = statisticsBy(part, schema);
  const files: ManifestFile[] = [];
  for (let row = 0; row < part.count; row++) {
    const rows = part.rows(row);
    const key = part.path(row);
    const partition = partitionOf(key, schema);
    const ofFolder = boundsWithin(partition, schema);
    if (!mayMatch(where, ofFolder)) continue;
    // Both hold, and where a file has no statistics its folder may still tell.
    const boundsOf: BoundsOf = (column) => {
      const own = statistics(column)?.(row, rows);
      const around = ofFolder(column);
      return own && around ? { ...around, ...own } : (own ?? around);
    };
    if (rows === 0 || !mayMatch(where, boundsOf)) continue;
    const file = { key, size: part.size(row), etag: part.version(row), partition };
    const footer = part.footer(row);
    const column = (name: string) => factsAt(part.statistics(name), row);
    files.push({ file, facts: { rows, boundsOf, column, ...(footer && { footer }) } });
  }
  return files;
}

function factsAt(statistics: ColumnStatistics | undefined, row: number): ColumnFacts | undefined {
  if (statistics === undefined) return undefined;
  const min = statistics.min(row);
  const max = statistics.max(row);
  const nulls = statistics.nulls(row);
  return {
    canBeNan: statistics.canBeNan,
    ...(min && { min }),
    ...(max && { max }),
    ...(nulls !== undefined && { nulls }),
  };
}

type BoundsAt = (row: number, rows: number) => ColumnBounds | undefined;

/** Statistics by the name of a column of the lake's table; none of partition keys, whose folders say it all. */
function statisticsBy(part: ManifestRows, schema: LakeSchema): (column: string) => BoundsAt | undefined {
  const known = new Map<string, BoundsAt | undefined>();
  const types = tableColumns(schema);
  return (name) => {
    if (!known.has(name)) {
      const isKey = schema.partitionKeys.some((key) => sameName(key.name, name));
      const column = types.find((candidate) => sameName(candidate.name, name));
      const statistics = isKey || column === undefined ? undefined : part.statistics(column.name);
      known.set(name, statistics && boundsFrom(statistics, column?.duckdbType ?? ''));
    }
    return known.get(name);
  };
}

function boundsFrom(statistics: ColumnStatistics, duckdbType: string): BoundsAt {
  const literalType = literalTypeOf(duckdbType);
  return (row, rows) => {
    const nulls = statistics.nulls(row);
    const min = statistics.min(row);
    const max = statistics.max(row);
    return {
      ...(nulls !== undefined && { nulls: nulls === 0 ? 'none' : nulls === rows ? 'all' : 'some' }),
      ...(min && min.type === literalType && { min }),
      ...(max && max.type === literalType && { max }),
      ...(statistics.canBeNan ? {} : { nan: false }),
    };
  };
}

/** What the planner compares values of a type as; bounds of any other kind say nothing of them. */
function literalTypeOf(duckdbType: string): Literal['type'] | undefined {
  if (duckdbType === 'VARCHAR') return 'text';
  if (duckdbType === 'BOOLEAN') return 'boolean';
  if (/^(?:TIMESTAMP|DATE$)/.test(duckdbType)) return 'timestamp';
  return /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|HUGEINT|FLOAT|DOUBLE)$/.test(duckdbType) ? 'number' : undefined;
}
