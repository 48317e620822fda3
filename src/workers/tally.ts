import type { LakeFile } from '../lake/partition-walk';
import type { Receipt } from '../lake/receipt';

/** What a script has cost so far. Files are counted once, however many of its statements read them. */
export interface Tally {
  receipt: Receipt;
  /** Keys of files. */
  matched: Set<string>;
  /** With their sizes. */
  fetched: Map<string, number>;
  /** Bytes that came of them. */
  fileBytes: number;
}

/** Notes an answer from the network about a file. */
export function countFetched(tally: Tally, file: LakeFile, bytes: number): void {
  tally.fetched.set(file.key, file.size);
  tally.fileBytes += bytes;
}
