import type { LakeFile } from '../lake/partition-walk';
import { emptyReceipt } from '../lake/receipt';
import type { Receipt } from '../lake/receipt';
import { countRequests } from '../sources/counting-store';
import type { RequestCount } from '../sources/counting-store';
import type { OpenLake } from './open-lake';

/** What a script has cost of one lake so far. Files are counted once, however many of its statements read them. */
export interface Tally {
  /** Of the whole script. */
  receipt: Receipt;
  /** Keys of files. */
  matched: Set<string>;
  /** With their sizes. */
  fetched: Map<string, number>;
  /** Bytes that came of them. */
  fileBytes: number;
}

/** A lake whose requests are counted. */
export interface CountedLake {
  lake: OpenLake;
  /** The same with a store that counts. */
  counted: OpenLake;
  tally: Tally;
}

/** What a script costs, over all lakes it reads. */
export interface Account {
  receipt: Receipt;
  /** The same lake with its requests counted; the same each time it is asked for. */
  of(lake: OpenLake): CountedLake;
  /** Whether no lake was asked for. */
  isEmpty(): boolean;
  /** Times a piece of work as part of a phase. */
  measured<Value>(phase: keyof Receipt['phases'], work: () => Promise<Value>): Promise<Value>;
  /** Puts the sums of all lakes into the receipt. */
  close(): Receipt;
}

/** Notes an answer from the network about a file. */
export function countFetched(tally: Tally, file: LakeFile, bytes: number): void {
  tally.fetched.set(file.key, file.size);
  tally.fileBytes += bytes;
}

/** Begins to count; the time that elapses is counted from now. */
export function openAccount(): Account {
  const started = performance.now();
  const receipt = emptyReceipt();
  const lakes = new Map<OpenLake, CountedLake & { count: RequestCount }>();

  function of(lake: OpenLake): CountedLake {
    const known = lakes.get(lake);
    if (known) return known;
    const { store, count } = countRequests(lake.store);
    const tally: Tally = { receipt, matched: new Set(), fetched: new Map(), fileBytes: 0 };
    const entry = { lake, counted: { ...lake, store }, tally, count };
    lakes.set(lake, entry);
    return entry;
  }

  return {
    receipt,
    of,
    isEmpty: () => lakes.size === 0,
    async measured(phase, work) {
      const from = performance.now();
      try {
        return await work();
      } finally {
        receipt.phases[phase] += performance.now() - from;
      }
    },
    close() {
      receipt.filesInLake = lakes.size === 0 ? null : 0;
      for (const [lake, { tally, count }] of lakes) addLake(receipt, lake, tally, count);
      receipt.elapsed = performance.now() - started;
      return receipt;
    },
  };
}

function addLake(receipt: Receipt, lake: OpenLake, tally: Tally, count: RequestCount): void {
  // The lake may have grown since its lake.json was written.
  if (lake.filesInLake !== null) lake.filesInLake = Math.max(lake.filesInLake, tally.matched.size);
  if (receipt.filesInLake !== null) {
    receipt.filesInLake = lake.filesInLake === null ? null : receipt.filesInLake + lake.filesInLake;
  }
  // A footer may have told that nothing of its file is needed.
  const filesFetched = [...tally.matched].filter((key) => tally.fetched.has(key)).length;
  const sizeOfFetched = [...tally.fetched.values()].reduce((sum, size) => sum + size, 0);
  receipt.filesMatched += tally.matched.size;
  receipt.filesFetched += filesFetched;
  receipt.filesCached += tally.matched.size - filesFetched;
  receipt.bytesSkipped += Math.max(0, sizeOfFetched - tally.fileBytes);
  receipt.requests.list += count.list;
  receipt.requests.get += count.get;
  receipt.bytes += count.bytes;
  receipt.retries += count.retries;
}
