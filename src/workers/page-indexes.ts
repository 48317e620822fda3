import { coalesceSpans } from '../lake/byte-ranges';
import { offsetIndexesOf, type IndexSpans, type Page, type PageIndex, type PageStatistics } from '../lake/page-index';
import type { ByteSpan } from '../lake/parquet-footer';
import type { LakeFile } from '../lake/partition-walk';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import { replacedFile } from './damaged-file';
import type { Footer, ReadPageIndex } from './footers';
import { parseColumnIndex, parseOffsetIndex } from './parquet-page-index';
import type { FilePart } from './sparse-blob';

/** Requests for indexes of one file under way at once. */
const LANES = 8;

/**
 * The page indexes of row groups of a file, as far as they are asked for; what was read before is not fetched again.
 * @param wanted by row group
 * @throws LakeError `not-parquet`, or `truncated` where the file was replaced since its footer was read
 */
export async function readPageIndexes(
  store: ObjectStore,
  file: LakeFile,
  footer: Footer,
  wanted: ReadonlyMap<number, IndexSpans>,
  signal: AbortSignal,
): Promise<Map<number, ReadPageIndex>> {
  const missing = [...wanted].flatMap(([rowGroup, { offsets, columns }]) => {
    const known = footer.pageIndexes.get(rowGroup);
    const unread = columns.filter(({ leaf }) => known?.statistics.has(leaf) !== true).map(({ span }) => span);
    return known ? unread : [...offsets, ...unread];
  });
  const parts = await fetchSpans(store, file, footer, missing, signal);
  for (const [rowGroup, spans] of wanted) {
    const index = footer.pageIndexes.get(rowGroup) ?? offsetsOf(footer, rowGroup, spans.offsets, parts, file.key);
    for (const { leaf, span } of spans.columns) {
      if (index.statistics.has(leaf)) continue;
      const statistics = statisticsOf(footer, index, leaf, bytesOf(parts, span), file.key);
      if (statistics) index.statistics.set(leaf, statistics);
    }
    footer.pageIndexes.set(rowGroup, index);
  }
  return footer.pageIndexes;
}

/** Where the pages of a row group are, fetched where it is not known any more. */
export async function readPages(
  store: ObjectStore,
  file: LakeFile,
  footer: Footer,
  rowGroup: number,
  signal: AbortSignal,
): Promise<ReadPageIndex> {
  const spans = { offsets: offsetIndexesOf(footer, rowGroup) ?? [], columns: [] };
  const indexes = await readPageIndexes(store, file, footer, new Map([[rowGroup, spans]]), signal);
  const index = indexes.get(rowGroup);
  if (!index) throw new RangeError('a page index that was just read');
  return index;
}

/** Bytes of spans of a file, each within one of the parts. */
export async function fetchSpans(
  store: ObjectStore,
  file: LakeFile,
  footer: Footer,
  spans: readonly ByteSpan[],
  signal: AbortSignal,
): Promise<FilePart[]> {
  // Ranges are cut where they are long; a span over such a cut is put together again.
  return runInLanes(coalesceSpans(spans), LANES, signal, async (range, either) => {
    const { value, version } = await store.get(file.key, either, range);
    if (version !== undefined) {
      if (footer.version !== undefined && areOther(footer.version, version)) throw replacedFile(file.key);
      footer.version = version;
    }
    return { start: range.start, bytes: value };
  });
}

/** Whether two versions are certainly not the same. A bucket that hides its ETags gives dates, which cannot be compared with them. */
function areOther(first: string, second: string): boolean {
  return first !== second && first.startsWith('"') === second.startsWith('"');
}

/** A copy of the bytes of a span, out of the parts that hold them. */
export function bytesOf(parts: readonly FilePart[], { start, end }: ByteSpan): Uint8Array {
  const copy = new Uint8Array(end - start);
  for (const part of parts) {
    const first = Math.max(start, part.start);
    const last = Math.min(end, part.start + part.bytes.byteLength);
    if (last > first) copy.set(part.bytes.subarray(first - part.start, last - part.start), first - start);
  }
  return copy;
}

function offsetsOf(
  footer: Footer,
  rowGroup: number,
  spans: readonly ByteSpan[],
  parts: readonly FilePart[],
  name: string,
): ReadPageIndex {
  const { rows = 0, chunks = [] } = footer.rowGroups[rowGroup] ?? {};
  const pages = chunks.map((chunk, leaf): Page[] => {
    const span = spans[leaf];
    return span ? parseOffsetIndex(bytesOf(parts, span), chunk, rows, name) : [];
  });
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  return { pages, statistics: new Map(), offsetIndexes: { start, bytes: bytesOf(parts, { start, end }) } };
}

function statisticsOf(
  footer: Footer,
  index: PageIndex,
  leaf: number,
  bytes: Uint8Array,
  name: string,
): PageStatistics[] | undefined {
  const element = footer.elements[leaf];
  return element && parseColumnIndex(bytes, element, index.pages[leaf] ?? [], name);
}
