import type { LakeSchema } from '../lake/lake-schema';
import { sameName } from '../lake/lake-schema';
import { PARTS_WORTH_READING, WHOLE_FILE_BYTES } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { matchingRowGroups } from '../lake/row-groups';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import type { FilePiece } from './file-piece';
import type { FooterCache } from './footers';
import type { Progress } from './protocol';
import { tellingOf } from './telling-store';

/** Requests for footers under way at once. */
const LANES = 32;

interface Surroundings {
  store: ObjectStore;
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

/** Those of the table's columns whose values are in files and not in the names of folders. */
export function fileColumnsOf({ partitionKeys }: LakeSchema, columns: readonly string[]): string[] {
  return columns.filter((name) => !partitionKeys.some((key) => sameName(key.name, name)));
}

/**
 * The pieces of files in which rows may fulfil a condition. Large files are asked for their footers, and leave out the
 * row groups whose statistics rule them out.
 */
export async function findPieces(
  { store, schema, footers }: Surroundings,
  files: readonly LakeFile[],
  where: Predicate,
  { signal, onProgress, onFetched }: FindingOptions,
): Promise<{ pieces: FilePiece[]; pruned: number }> {
  const whole: FilePiece[] = [];
  const large: LakeFile[] = [];
  for (const file of files) {
    if (isReadInParts(file, footers)) large.push(file);
    else whole.push({ file, rowGroup: null });
  }
  let pruned = 0;
  let done = 0;
  const inParts = await runInLanes(large, LANES, signal, async (file, either) => {
    const footer = await footers.read(tellingOf(store, file, onFetched), file, either);
    const kept = matchingRowGroups(footer, schema, file.partition, where);
    pruned += footer.rowGroups.length - kept.length;
    onProgress({ phase: 'list', done: ++done, total: large.length, bytes: 0 });
    return kept.map((rowGroup) => ({ file, rowGroup }));
  });
  return { pieces: [...whole, ...inParts.flat()], pruned };
}
