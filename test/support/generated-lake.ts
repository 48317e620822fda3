import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import { sizeOf } from '../../src/lake/byte-ranges';
import type { ParsedFooter } from '../../src/workers/parquet-footer';

/** A folder of Parquet files that native DuckDB writes and reads, as the truth for what the session answers. */
export interface GeneratedLake {
  root: string;
  /** Writes the rows of a statement as a file of the lake, and resolves to where it is on disk. */
  write(file: string, select: string, options: string): Promise<string>;
  /** What native DuckDB answers, for statements `FROM lake`. */
  truth(sql: string): Promise<Record<string, DuckDBValue>[]>;
  remove(): Promise<void>;
}

/** Makes the folder, empty as yet. */
export async function generateLake(): Promise<GeneratedLake> {
  const native = await (await DuckDBInstance.create()).connect();
  const root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-generated-'));
  const table = `FROM read_parquet('${root}/**/*.parquet', hive_partitioning = true) lake`;
  return {
    root,
    async write(file, select, options) {
      const target = path.join(root, file);
      await mkdir(path.dirname(target), { recursive: true });
      await native.run(`COPY (${select}) TO '${target}' (FORMAT parquet, ${options})`);
      return target;
    },
    truth: async (sql) => (await native.runAndReadAll(sql.replaceAll('FROM lake', table))).getRowObjects(),
    async remove() {
      native.closeSync();
      await rm(root, { recursive: true });
    },
  };
}

/** Bytes of some columns' chunks in the row groups of a file from one up to, not including, another. */
export function columnBytes(footer: ParsedFooter, columns: readonly string[], first = 0, end = Infinity): number {
  const wanted = footer.columns.map(({ path: [name = ''] }) => columns.includes(name));
  return footer.rowGroups
    .slice(first, end)
    .reduce((sum, { chunks }) => sum + sizeOf(chunks.filter((_, index) => wanted[index])), 0);
}
