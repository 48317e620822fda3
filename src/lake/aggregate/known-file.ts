import { boundsOfChunk } from '../chunk-bounds';
import { compareLiterals } from '../literal';
import { sameName, tableColumns, type LakeSchema } from '../lake-schema';
import type { FileFacts } from '../manifest-files';
import type { ParquetFooter, RowGroup } from '../parquet-footer';
import type { Literal } from '../predicate';

/** What is known of a column's values in a file. What is absent is not known. */
export interface KnownColumn {
  /** Count of rows where it is NULL. */
  nulls?: number;
  /** The least and the greatest value, which some row has: not only bounds. Whole numbers and times. */
  min?: Literal;
  max?: Literal;
}

/** What is known of a file without its data, from its footer or from a manifest. */
export interface KnownFile {
  rows: number;
  /** Of a column inside the file, by the lake's name. */
  column(name: string): KnownColumn;
}

const EXACT_TYPES = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|TIMESTAMP|DATE)$/;

/**
 * What a footer tells of a file. Ends are told of whole numbers, dates and times only: writers cut texts, pass over NaN
 * and may write -0 for 0, and decimals and nanoseconds are rounded on their way here.
 */
export function knownOfFooter(footer: ParquetFooter, schema: LakeSchema): KnownFile {
  const types = tableColumns(schema);
  const groups = footer.rowGroups.filter(({ rows }) => rows > 0);
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  return {
    rows,
    column(name) {
      const type = types.find((column) => sameName(column.name, name))?.duckdbType;
      const index = footer.columns.findIndex(({ path: [root = ''] }) => sameName(root, name));
      if (index < 0) return { nulls: rows };
      if (type === undefined || (footer.columns[index]?.path.length ?? 2) > 1) return {};
      return columnOf(footer, groups, index, type);
    },
  };
}

/**
 * What a manifest tells of a file. Its bounds are ends that some row has only where the file's values are of the lake's own
 * types, as the contract of a lake that files rows by their own day says.
 */
export function knownOfFacts(facts: FileFacts, schema: LakeSchema): KnownFile {
  const types = tableColumns(schema);
  return {
    rows: facts.rows,
    column(name) {
      const { canBeNan = true, nulls, min, max } = facts.column(name) ?? {};
      const type = types.find((column) => sameName(column.name, name))?.duckdbType ?? '';
      const known: KnownColumn = nulls === undefined ? {} : { nulls };
      if (canBeNan || !schema.exact || !EXACT_TYPES.test(type)) return known;
      return { ...known, ...(min && { min }), ...(max && { max }) };
    },
  };
}

function columnOf(footer: ParquetFooter, groups: readonly RowGroup[], index: number, type: string): KnownColumn {
  const kind = footer.columns[index]?.kind;
  const chunks = groups.flatMap(({ chunks: all }) => all[index] ?? []);
  const counts = chunks.map(({ statistics }) => statistics?.nulls);
  const nulls = counts.some((count) => count === undefined) ? undefined : sum(counts);
  const known: KnownColumn = nulls === undefined ? {} : { nulls };
  const isExact =
    kind?.type === 'integer' || kind?.type === 'date' || (kind?.type === 'timestamp' && kind.perSecond <= 1e6);
  if (!isExact || !EXACT_TYPES.test(type)) return known;
  const filled = chunks.filter(
    ({ statistics, values }) => statistics?.nulls === undefined || statistics.nulls < values,
  );
  const bounds = filled.map((chunk) => boundsOfChunk(kind, chunk, type));
  const min = furthest(
    bounds.map((bound) => bound.min),
    -1,
  );
  const max = furthest(
    bounds.map((bound) => bound.max),
    1,
  );
  return { ...known, ...(min && { min }), ...(max && { max }) };
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}

/** The outermost of literals; undefined where one is missing, or there is none. */
function furthest(literals: readonly (Literal | undefined)[], direction: -1 | 1): Literal | undefined {
  const [first] = literals;
  return literals.reduce((outermost, literal) => {
    if (outermost === undefined || literal === undefined) return undefined;
    return (compareLiterals(literal, outermost) ?? NaN) * direction > 0 ? literal : outermost;
  }, first);
}
