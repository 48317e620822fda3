import path from 'node:path';
import { DuckDBInstance, type Json } from '@duckdb/node-api';

/** Native DuckDB over a lake's own files, as the view `lake`. */
export interface NativeLake {
  /** Rows as JSON values: numbers, texts, null; times as text in UTC. */
  query(sql: string): Promise<Record<string, Json>[]>;
  close(): void;
}

/**
 * Opens a lake's folder in native DuckDB, in UTC.
 * @param unitesByName whether some files may lack columns that others have
 */
export async function openNativeLake(folder: string, unitesByName = false): Promise<NativeLake> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const files = path.join(folder, 'station=*', '**', '*.parquet').replaceAll("'", "''");
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(
    `CREATE VIEW lake AS SELECT * FROM read_parquet('${files}', hive_partitioning = true, union_by_name = ${unitesByName})`,
  );
  return {
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    close: () => connection.closeSync(),
  };
}
