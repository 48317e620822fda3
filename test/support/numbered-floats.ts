import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** The WMO's numbers of the floats. */
export const FLOATS = [6901234, 6901235, 4902911];

/**
 * Writes a plain Parquet file of floats that a column of whole numbers tells apart, each with a profile every ten days of 2021; the
 * second is silent from April to June. There is no lake.json.
 */
export async function writeNumberedFloats(): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-floats-'));
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (
    SELECT TIMESTAMP '2021-01-05' + to_days(CAST(10 * p AS INTEGER)) + to_seconds(CAST(60 * z AS BIGINT)) AS time,
      [${FLOATS.join(', ')}][f + 1]::BIGINT AS wmo, p::INTEGER AS cycle, 38 + f + 0.05 * p AS latitude, -65 + 2 * f + 0.1 * p AS longitude,
      100.0 * z AS depth, 18 - 1.2 * z + f + sin(p / 3.0) AS temperature
    FROM range(3) a(f), range(36) b(p), range(10) c(z)
    WHERE f <> 1 OR p NOT BETWEEN 9 AND 17
    ORDER BY wmo, time
  ) TO '${path.join(root, 'floats.parquet')}'`);
  connection.closeSync();
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
