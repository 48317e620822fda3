import { neededBytes } from './byte-ranges';
import { boundsOfChunk } from './chunk-bounds';
import { mayMatch, uniteBounds, withinBounds, type ColumnBounds } from './column-bounds';
import { sameName } from './lake-schema';
import { PAGES_WORTH_READING, STRETCH_ROWS, STRETCHES_WORTH_LEAVING } from './limits';
import type { ByteSpan, ChunkStatistics, ParquetFooter } from './parquet-footer';
import type { Predicate } from './predicate';
import { boundsWithinFile, boundsWithinGroup, type PlannedFile } from './row-groups';

/** Rows of a row group by their index in it, the end excluded. */
export interface RowSpan {
  start: number;
  end: number;
}

/** A page of a column chunk: its rows and its bytes. */
export interface Page {
  rows: RowSpan;
  bytes: ByteSpan;
}

/** What the column index says of a page. */
export interface PageStatistics {
  statistics: ChunkStatistics;
  /** Values, nulls included. */
  values: number;
}

/** Where the pages of a row group are, and what is known of them. */
export interface PageIndex {
  /** One list for each of the footer's columns. */
  pages: Page[][];
  /** By the column's place in the footer; absent where nothing was asked for, or nothing is written. */
  statistics: Map<number, PageStatistics[]>;
}

/** What to read before the pages of a row group can be chosen. */
export interface IndexSpans {
  /** One for each of the footer's columns. */
  offsets: ByteSpan[];
  /** Those that a condition is about. */
  columns: { leaf: number; span: ByteSpan }[];
}

/**
 * Where the page indexes are that may rule out pages of a row group. Undefined where there are none, and where they cannot
 * be worth a request: little is wanted, or the condition holds for all rows as far as the row group's statistics tell.
 * @param columns of the table, those that are wanted
 */
export function worthwhileIndexes(
  file: PlannedFile,
  rowGroup: number,
  columns: readonly string[],
  where: Predicate,
): IndexSpans | undefined {
  const group = file.footer.rowGroups[rowGroup];
  const offsets = offsetIndexesOf(file.footer, rowGroup);
  if (!group || !offsets || group.rows < 2 * STRETCH_ROWS) return undefined;
  if (neededBytes(file.footer, rowGroup, columns) < PAGES_WORTH_READING) return undefined;
  const open = columnsOf(withinBounds(where, boundsWithinGroup(file, rowGroup)));
  const indexed = leavesOf(file.footer, open).flatMap((leaf) => {
    const span = group.chunks[leaf]?.columnIndex;
    return span && file.footer.columns[leaf]?.path.length === 1 ? { leaf, span } : [];
  });
  return indexed.length === 0 ? undefined : { offsets, columns: indexed };
}

/** Where the offset indexes of a row group are, one for each column; undefined where one is missing. */
export function offsetIndexesOf({ columns, rowGroups }: ParquetFooter, rowGroup: number): ByteSpan[] | undefined {
  const offsets = rowGroups[rowGroup]?.chunks.flatMap(({ offsetIndex }) => offsetIndex ?? []) ?? [];
  return columns.length > 0 && offsets.length === columns.length ? offsets : undefined;
}

/**
 * The stretches of rows in which a condition may be fulfilled, and the number of those in which it cannot. `kept` is
 * undefined where too little is ruled out: the row group is then better read as a whole.
 */
export function matchingStretches(
  file: PlannedFile,
  rowGroup: number,
  index: PageIndex,
  where: Predicate,
): { kept: RowSpan[] | undefined; pruned: number } {
  const { rows = 0, chunks = [] } = file.footer.rowGroups[rowGroup] ?? {};
  const stretches = stretchesOf(index, rows);
  const kept = stretches.filter((stretch) =>
    mayMatch(
      where,
      boundsWithinFile(file, (leaf, { kind }, duckdbType) => {
        const statistics = index.statistics.get(leaf);
        const chunk = chunks[leaf];
        if (!statistics) return chunk && boundsOfChunk(kind, chunk, duckdbType);
        const places = (index.pages[leaf] ?? []).flatMap((page, number): ColumnBounds[] =>
          overlap(page.rows, stretch) ? [boundsOfChunk(kind, statistics[number] ?? { values: 0 }, duckdbType)] : [],
        );
        return uniteBounds(places);
      }),
    ),
  );
  const rowsKept = kept.reduce((sum, { start, end }) => sum + end - start, 0);
  if (rowsKept > (1 - STRETCHES_WORTH_LEAVING) * rows) return { kept: undefined, pruned: 0 };
  return { kept, pruned: stretches.length - kept.length };
}

/**
 * Cuts a row group into the stretches that become resident as one. They depend on the file alone, so that those of two
 * conditions never overlap: their ends are the ends of pages of the column that has most of them.
 */
export function stretchesOf({ pages }: PageIndex, rows: number): RowSpan[] {
  const finest = pages.reduce((most, list) => (list.length > most.length ? list : most), []);
  const stretches: RowSpan[] = [];
  let start = 0;
  for (const page of finest) {
    const { end } = page.rows;
    if (end - start < STRETCH_ROWS && end < rows) continue;
    stretches.push({ start, end });
    start = end;
  }
  return stretches;
}

/** The bytes of columns that hold stretches of a row group's rows: their dictionaries and pages, in the order of the file. */
export function bytesOfStretches(
  footer: ParquetFooter,
  rowGroup: number,
  index: PageIndex,
  columns: readonly string[],
  stretches: readonly RowSpan[],
): ByteSpan[] {
  const chunks = footer.rowGroups[rowGroup]?.chunks ?? [];
  return leavesOf(footer, columns)
    .flatMap((leaf): ByteSpan[] => {
      const chunk = chunks[leaf];
      const pages = index.pages[leaf] ?? [];
      const [first] = pages;
      if (!chunk || !first) return [];
      const dictionary = first.bytes.start > chunk.start ? [{ start: chunk.start, end: first.bytes.start }] : [];
      const needed = pages.filter(({ rows }) => stretches.some((stretch) => overlap(rows, stretch)));
      return [...dictionary, ...needed.map(({ bytes }) => bytes)];
    })
    .sort((a, b) => a.start - b.start);
}

/** The places of a footer's columns that make up columns of the table. */
function leavesOf(footer: ParquetFooter, columns: readonly string[]): number[] {
  return footer.columns.flatMap(({ path: [root = ''] }, leaf) =>
    columns.some((name) => sameName(name, root)) ? leaf : [],
  );
}

function columnsOf(predicate: Predicate): string[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms.flatMap(columnsOf);
    case 'compare':
    case 'in':
    case 'null':
      return [predicate.column];
    default:
      return [];
  }
}

function overlap(first: RowSpan, second: RowSpan): boolean {
  return first.start < second.end && second.start < first.end;
}
