import type { SchemaElement } from 'hyparquet';
import { hashParquetValue, readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js';
import { mayMatch, withinBounds } from './column-bounds';
import { sameName, tableColumns } from './lake-schema';
import { FILTER_WORTH_READING } from './limits';
import type { ByteSpan, ValueKind } from './parquet-footer';
import type { Literal, Predicate } from './predicate';
import { boundsWithinFile, boundsWithinGroup, type PlannedFile } from './row-groups';

/** Types of the table that whole numbers of a file become without two of them becoming one. */
const WHOLE_NUMBERS = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|HUGEINT|DOUBLE)$/;

/** Tells whether a value may be in a column chunk. False is certain. */
export type ValueTest = (value: Literal) => boolean;

/**
 * Reads a split block Bloom filter (Parquet format, “Bloom Filter”).
 * @param bytes from the filter's header on
 * @param element the column's place in the schema
 * @returns undefined where the filter is of another kind or damaged
 */
export function parseBloomFilter(bytes: Uint8Array, element: SchemaElement): ValueTest | undefined {
  try {
    const filter = readBloomFilter({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 });
    if (filter === undefined) return undefined;
    return ({ value }) => {
      const hash = hashParquetValue(value, element);
      return hash === undefined || sbbfContains(filter.blocks, hash);
    };
  } catch {
    return undefined;
  }
}

/**
 * The Bloom filters of a row group that may rule it out: those of columns that the condition wants to be equal to texts or
 * whole numbers. A filter that is not small beside the bytes it may spare is left out.
 * @param wanted bytes of the row group that are going to be read
 */
export function worthwhileFilters(
  file: PlannedFile,
  rowGroup: number,
  wanted: number,
  where: Predicate,
): { leaf: number; span: ByteSpan }[] {
  const open = withinBounds(where, boundsWithinGroup(file, rowGroup));
  const names = equalColumns(open);
  return file.footer.columns.flatMap(({ path: [root = ''], kind }, leaf) => {
    const span = file.footer.rowGroups[rowGroup]?.chunks[leaf]?.bloomFilter;
    const type = tableColumns(file.schema).find((column) => sameName(column.name, root))?.duckdbType;
    if (!span || !names.some((name) => sameName(name, root)) || !isTestable(kind, type)) return [];
    return (span.end - span.start) * FILTER_WORTH_READING <= wanted ? { leaf, span } : [];
  });
}

/** Whether rows of a row group may fulfil a condition, by its statistics and Bloom filters. */
export function mayMatchFilters(
  file: PlannedFile,
  rowGroup: number,
  tests: ReadonlyMap<number, ValueTest>,
  where: Predicate,
): boolean {
  const ofGroup = boundsWithinGroup(file, rowGroup);
  const testOf = boundsWithinFile(file, (leaf) => {
    const mayHold = tests.get(leaf);
    return mayHold && { mayHold };
  });
  return mayMatch(where, (name) => {
    const mayHold = testOf(name)?.mayHold;
    return mayHold ? { ...ofGroup(name), mayHold } : ofGroup(name);
  });
}

/** What a filter has hashed must be what the table's value is. */
function isTestable(kind: ValueKind | undefined, duckdbType: string | undefined): boolean {
  if (duckdbType === undefined) return false;
  if (kind?.type === 'text') return duckdbType === 'VARCHAR';
  return kind?.type === 'integer' && WHOLE_NUMBERS.test(duckdbType);
}

function equalColumns(predicate: Predicate): string[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms.flatMap(equalColumns);
    case 'in':
      return [predicate.column];
    case 'compare':
      return predicate.comparison === '=' ? [predicate.column] : [];
    default:
      return [];
  }
}
