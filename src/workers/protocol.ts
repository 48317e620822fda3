import type { ColumnDescription, PartitionKey, StationDescription } from '@tidelake/lake-format';
import type { LakeCatalogue } from '../lake/coverage';
import type { LakeErrorData } from '../lake/lake-error';
import type { NativeQuery } from '../lake/native-code';
import type { Predicate } from '../lake/predicate';
import type { PrunedCounts, Receipt } from '../lake/receipt';
import type { LakeSource } from '../sources/lake-source';
import type { Script } from './script';

/** What the page learns when it opens a lake. */
export interface LakeSummary {
  url: string;
  title: string;
  license?: string;
  attribution?: string;
  /** True where the lake has no `_tidelake/lake.json`: columns then come from one file's footer. */
  foreign: boolean;
  partitioning: PartitionKey[];
  columns: ColumnDescription[];
  stations: StationDescription[];
  /** Null where the lake is too large to have been counted. */
  totals: { files: number; bytes: number } | null;
}

/**
 * A column of an answer. Rows where `valid` is 0 are SQL NULL; `valid` is absent where there is none.
 * `timestamp` and `date` are UTC milliseconds (microseconds in the fraction). `bigint` only where a value exceeds 2^53.
 */
export type ResultColumn = { name: string; /** DuckDB's name of the type. */ sqlType: string; valid?: Uint8Array } & (
  | { kind: 'number' | 'timestamp' | 'date'; values: Float64Array }
  | { kind: 'bigint'; values: BigInt64Array }
  | { kind: 'boolean'; values: Uint8Array }
  | { kind: 'text'; values: string[] }
);

export interface QueryResult {
  columns: ResultColumn[];
  rowCount: number;
  receipt: Receipt;
}

export type Phase = 'start' | 'plan' | 'list' | 'fetch' | 'decode' | 'load' | 'query';

/** How far a running query is. `total` is 0 while unknown. */
export interface Progress {
  phase: Phase;
  done: number;
  total: number;
  bytes: number;
  /** Bytes that the phase is going to take at most, where it is known. */
  totalBytes?: number;
}

/** What a query is going to fetch. What is here already is not in it. */
export interface Estimate {
  files: number;
  /** At most: footers of large files may rule parts of them out. */
  bytes: number;
  /** At least, listings aside: what a large file takes is known from its footer. */
  requests: number;
  /** The way that is going to be taken, as the receipt tells it; all 0 where the statement runs over the rows as it is. */
  answeredBy: Receipt['answeredBy'];
  /** How the files were chosen, for each scan of each lake. */
  scans: ScanOutline[];
}

/** What a statement needs of a lake, and which step left out how much. */
export interface ScanOutline {
  table: string;
  columns: string[];
  /** The condition that rows must meet, as far as the planner understood it; `anything` where there is none. */
  where: string;
  /** Null where the lake is too large to have been counted. */
  filesInLake: number | null;
  filesMatched: number;
  /** Folders ruled out by their names, and files ruled out by the manifest. */
  pruned: Pick<PrunedCounts, 'folders' | 'manifest'>;
}

/** Errors cross the worker boundary as data: `postMessage` keeps only an Error's message. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: LakeErrorData };

/**
 * The session worker as the page sees it, over Comlink. The lake that was opened is the table `lake`; others can be attached
 * beside it.
 */
export interface LakeSession {
  open(source: LakeSource | string): Promise<Outcome<LakeSummary>>;
  /** Makes another lake a table of this name, in place of one that was attached by it before. */
  attach(name: string, source: LakeSource | string): Promise<Outcome<LakeSummary>>;
  detach(name: string): Promise<Outcome<void>>;
  /**
   * Fetches rows of the opened lake that are about to be asked for, while the engine starts; does nothing once it runs, nor where
   * somebody is to be asked first.
   */
  foresee(where: Predicate): Promise<Outcome<void>>;
  /** `id` names the query for {@link LakeSession.cancel}; ids are chosen by the caller and not reused. */
  query(id: number, script: Script, onProgress?: (progress: Progress) => void): Promise<Outcome<QueryResult>>;
  /** What is in the opened lake by the folders of a key, from its manifest or a listing. `id` is like that of a query. */
  catalogue(id: number, stationKey?: string): Promise<Outcome<LakeCatalogue>>;
  /** Gives up the bytes of files that are kept, in memory and on disk; what is resident in the engine stays. */
  clearCache(): Promise<Outcome<void>>;
  /**
   * Plans and lists. `id` is like that of a query. Where much is going to be fetched, `sampled` fetches a few footers first,
   * which tell how much of large files is needed.
   */
  estimate(id: number, script: Script, sampled?: boolean): Promise<Outcome<Estimate>>;
  /** What it takes to ask a script of native DuckDB; plans and lists. `id` is like that of a query. */
  native(id: number, script: Script): Promise<Outcome<NativeQuery>>;
  /** Stops a query's network and engine work; it ends as `cancelled`. Without an id, stops them all. */
  cancel(id?: number): Promise<void>;
}
