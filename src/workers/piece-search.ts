import type { LakeSchema } from '../lake/lake-schema';
import { sameName } from '../lake/lake-schema';
import { PARTS_WORTH_READING, WHOLE_FILE_BYTES } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { mayMatchFilters, parseBloomFilter, worthwhileFilters } from '../lake/bloom-filter';
import { neededBytes } from '../lake/byte-ranges';
import { matchingStretches, worthwhileIndexes } from '../lake/page-index';
import { matchingRowGroups, type PlannedFile } from '../lake/row-groups';
import type { ByteCache } from '../sources/byte-cache';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import type { FilePiece } from './file-piece';
import { readFooter } from './footers';
import type { Footer, FooterCache } from './footers';
import { keepingOf } from './keeping-store';
import { bytesOf, fetchSpans, readPageIndexes } from './page-indexes';
import type { Progress } from './protocol';
import { tellingOf } from './telling-store';

/** Requests for footers under way at once. */
const LANES = 32;

interface Surroundings {
  store: ObjectStore;
  cache: ByteCache;
  schema: LakeSchema;
  footers: FooterCache;
}

interface FindingOptions {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  /** Told of each answer from the network. */
  onFetched: (file: LakeFile, bytes: number) => void;
}

/**
 * Whether a file is read in parts, so that its footer tells which of them are needed: a large one, or one whose footer
 * costs nothing any more.
 */
export function isReadInParts(file: LakeFile, footers: FooterCache): boolean {
  return file.size > WHOLE_FILE_BYTES || (file.size > PARTS_WORTH_READING && footers.known(file) !== undefined);
}

/** What was ruled out of files that are read in parts. */
export interface Pruned {
  /** Row groups, by their statistics. */
  rowGroups: number;
  /** Further row groups, by their Bloom filters. */
  bloom: number;
  /** Stretches of rows, a page or more each, by the statistics of their pages. */
  pages: number;
}

/** Those of the table's columns whose values are in files and not in the names of folders. */
export function fileColumnsOf({ partitionKeys }: LakeSchema, columns: readonly string[]): string[] {
  return columns.filter((name) => !partitionKeys.some((key) => sameName(key.name, name)));
}

/**
 * The pieces of files in which rows may fulfil a condition. Large files are asked for their footers, and leave out the
 * row groups that their statistics or Bloom filters rule out, and of large row groups the pages.
 */
export async function findPieces(
  { store, cache, schema, footers }: Surroundings,
  files: readonly LakeFile[],
  { columns: wanted, where }: { columns: readonly string[]; where: Predicate },
  { signal, onProgress, onFetched }: FindingOptions,
): Promise<{ pieces: FilePiece[]; pruned: Pruned }> {
  const whole: FilePiece[] = [];
  const large: LakeFile[] = [];
  for (const file of files) {
    if (isReadInParts(file, footers)) large.push(file);
    else whole.push({ file, rowGroup: null });
  }
  const pruned: Pruned = { rowGroups: 0, bloom: 0, pages: 0 };
  let done = 0;
  const columns = fileColumnsOf(schema, wanted);
  const inParts = await runInLanes(large, LANES, signal, async (file, either) => {
    const keeping = keepingOf(tellingOf(store, file, onFetched), cache, file);
    const footer = await readFooter(footers, keeping, cache, file, either);
    const planned: PlannedFile = { footer, schema, partition: file.partition };
    const search = { store: keeping, file, footer, planned, columns, where };
    const byStatistics = matchingRowGroups(planned, where);
    pruned.rowGroups += footer.rowGroups.length - byStatistics.length;
    const byFilters = await withoutValue(search, byStatistics, either);
    pruned.bloom += byStatistics.length - byFilters.length;
    const found = await choosePages(search, byFilters, either);
    pruned.pages += found.pruned;
    onProgress({ phase: 'list', done: ++done, total: large.length, bytes: 0 });
    return found.pieces;
  });
  return { pieces: [...whole, ...inParts.flat()], pruned };
}

/** A file that is read in parts, and what is wanted of it. */
interface Search {
  store: ObjectStore;
  file: LakeFile;
  footer: Footer;
  planned: PlannedFile;
  columns: readonly string[];
  where: Predicate;
}

/** Leaves out row groups whose Bloom filters say that a value is not there. */
async function withoutValue(
  { store, file, footer, planned, columns, where }: Search,
  rowGroups: number[],
  signal: AbortSignal,
): Promise<number[]> {
  const filters = rowGroups.map((rowGroup) =>
    worthwhileFilters(planned, rowGroup, neededBytes(footer, rowGroup, columns), where),
  );
  const spans = filters.flat().map(({ span }) => span);
  if (spans.length === 0) return rowGroups;
  const parts = await fetchSpans(store, file, footer, spans, signal);
  return rowGroups.filter((rowGroup, index) => {
    const tests = (filters[index] ?? []).flatMap(({ leaf, span }) => {
      const element = footer.elements[leaf];
      const test = element && parseBloomFilter(bytesOf(parts, span), element);
      return test ? [[leaf, test] as const] : [];
    });
    return mayMatchFilters(planned, rowGroup, new Map(tests), where);
  });
}

/** Leaves out the pages of large row groups that their statistics rule out. */
async function choosePages(
  { store, file, footer, planned, columns, where }: Search,
  rowGroups: number[],
  signal: AbortSignal,
): Promise<{ pieces: FilePiece[]; pruned: number }> {
  const wanted = new Map(
    rowGroups.flatMap((rowGroup) => {
      const spans = worthwhileIndexes(planned, rowGroup, columns, where);
      return spans ? [[rowGroup, spans] as const] : [];
    }),
  );
  const indexes = wanted.size === 0 ? undefined : await readPageIndexes(store, file, footer, wanted, signal);
  let pruned = 0;
  const pieces = rowGroups.flatMap((rowGroup): FilePiece[] => {
    const index = wanted.has(rowGroup) ? indexes?.get(rowGroup) : undefined;
    const found = index && matchingStretches(planned, rowGroup, index, where);
    pruned += found?.pruned ?? 0;
    return found?.kept?.map((span) => ({ file, rowGroup, span })) ?? [{ file, rowGroup }];
  });
  return { pieces, pruned };
}
