import type { RollupPart } from '@tidelake/lake-format';
import type { RollupColumns } from '../lake/aggregate/rollup-columns';
import type { LakeSchema } from '../lake/lake-schema';
import type { WalkOptions } from '../lake/partition-walk';
import type { ByteCache } from '../sources/byte-cache';
import type { ObjectStore } from '../sources/object-store';
import type { Decoder } from './decoder-protocol';
import type { FileSelection } from './describe-lake';
import type { FooterCache } from './footers';
import type { Manifest } from './manifest';
import type { Progress } from './protocol';
import type { Residency } from './residency';
import type { SchemaDifferences } from './schema-differences';

/** A lake that is open as a table, with everything that reads it. */
export interface OpenLake {
  /** What it is called in SQL. */
  table: string;
  schema: LakeSchema;
  walk: WalkOptions;
  selection?: FileSelection;
  /** Without one, files are found by listing. */
  manifest?: Manifest;
  /** Those that are up to date, of a lake whose columns allow them to be used. */
  rollups?: { columns: RollupColumns; parts: readonly RollupPart[] };
  store: ObjectStore;
  cache: ByteCache;
  footers: FooterCache;
  decoder: Decoder;
  residency: Residency;
  /** Of a lake whose columns were found out from a few of its files, what reading it has shown besides. */
  differences?: SchemaDifferences;
  /** Null until somebody has counted them. */
  filesInLake: number | null;
}

/** How a query is stopped, and told of. */
export interface ScanOptions {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  /** Whether statements that can be divided are answered part by part, also where all rows should fit into memory. */
  inParts?: boolean;
}
