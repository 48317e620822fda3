import { sameName } from './lake-schema';
import { GAP_WORTH_READING, LARGEST_READ, LARGEST_RUN, REQUESTS_PER_READ, WASTE, WIDEST_GAP } from './limits';
import type { ByteSpan, ColumnChunk, ParquetFooter } from './parquet-footer';

/** Row groups of a file that are fetched and decoded together. */
export interface RowGroupRead {
  rowGroups: number[];
  /** Column chunks that are needed, in the order of the file. */
  chunks: ByteSpan[];
}

/**
 * Cuts the reading of a file's row groups into pieces of about {@link LARGEST_READ} bytes, so that what is fetched can
 * be decoded while the rest is under way, and so that a large file is never in memory as a whole.
 * @param columns names of the table's columns; those that the file lacks cost nothing
 */
export function planReads(
  footer: ParquetFooter,
  rowGroups: readonly number[],
  columns: readonly string[],
): RowGroupRead[] {
  const reads: RowGroupRead[] = [];
  let bytes = Infinity;
  for (const rowGroup of rowGroups) {
    const chunks = chunksOf(footer, rowGroup, columns);
    const size = sizeOf(chunks);
    const last = reads.at(-1);
    if (last === undefined || bytes + size > LARGEST_READ) {
      reads.push({ rowGroups: [rowGroup], chunks });
      bytes = size;
    } else {
      last.rowGroups.push(rowGroup);
      last.chunks.push(...chunks);
      bytes += size;
    }
  }
  return reads.map((read) => ({ ...read, chunks: [...read.chunks].sort((a, b) => a.start - b.start) }));
}

/**
 * The ranges to request for spans of a file: neighbours with little between them come in one, the nearest first, as long
 * as what is read in vain stays a small share of what is wanted, or the requests are many; and what is long is cut so that
 * its parts come side by side. Every span lies within the ranges.
 */
export function coalesceSpans(spans: readonly ByteSpan[]): ByteSpan[] {
  const runs = joined(spans, 0);
  const wanted = sizeOf(runs);
  const gaps = runs.slice(1).map(({ start }, index) => start - (runs[index]?.end ?? start));
  let requests = runs.length;
  let waste = 0;
  let widest = 0;
  for (const gap of gaps.sort((a, b) => a - b)) {
    const isCheap = gap <= GAP_WORTH_READING && waste + gap <= Math.max(WASTE.bytes, WASTE.share * wanted);
    const areMany = requests > REQUESTS_PER_READ && gap <= WIDEST_GAP && waste + gap <= wanted;
    if (!isCheap && !areMany) break;
    waste += gap;
    requests--;
    widest = gap;
  }
  return joined(runs, widest).flatMap(cut);
}

/** Bytes of columns in a row group. */
export function neededBytes(footer: ParquetFooter, rowGroup: number, columns: readonly string[]): number {
  return sizeOf(chunksOf(footer, rowGroup, columns));
}

/** Bytes in spans that do not overlap. */
export function sizeOf(spans: readonly ByteSpan[]): number {
  return spans.reduce((bytes, { start, end }) => bytes + end - start, 0);
}

/** Spans in order, those with at most `gap` bytes between them as one. */
function joined(spans: readonly ByteSpan[], gap: number): ByteSpan[] {
  const runs: ByteSpan[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = runs.at(-1);
    if (last && start - last.end <= gap) last.end = Math.max(last.end, end);
    else runs.push({ start, end });
  }
  return runs;
}

function chunksOf({ columns: own, rowGroups }: ParquetFooter, index: number, columns: readonly string[]): ByteSpan[] {
  const chunks: readonly ColumnChunk[] = rowGroups[index]?.chunks ?? [];
  return chunks.flatMap(({ start, end }, leaf) => {
    const [root = ''] = own[leaf]?.path ?? [];
    return columns.some((name) => sameName(name, root)) ? [{ start, end }] : [];
  });
}

function cut({ start, end }: ByteSpan): ByteSpan[] {
  const parts = Math.max(1, Math.ceil((end - start) / LARGEST_RUN));
  const length = Math.ceil((end - start) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    start: start + part * length,
    end: Math.min(end, start + (part + 1) * length),
  }));
}
