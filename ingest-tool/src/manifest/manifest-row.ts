import type { ColumnStatistics } from './statistics';

/** What a manifest knows of one data file. Partition values are not kept: they are read from the path. */
export interface ManifestRow {
  /** Key below the data's root, as it is listed. */
  path: string;
  bytes: number;
  rows: number;
  /** Null for a lake on a file system. */
  etag: string | null;
  /** Lower-case hex; null where nobody has read the whole file. */
  sha256: string | null;
  /** H3 cells that its positions touch, sorted; null where they were not looked at. */
  cells: readonly string[] | null;
  /** The end of the file from its footer on; null where the file is small. */
  footer: Uint8Array | null;
  /** By the column's name in lower-case ASCII. A column that is not among them is not in the file. */
  statistics: ReadonlyMap<string, ColumnStatistics>;
}

/** What stands for a column's name where DuckDB takes two names for one. */
export function columnKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
