import type { Engine } from './engine';
import type { Statement } from './statement';

const TRUNCATES = /date_?trunc/i;

/**
 * Does some work with a statement whose plans may not rely on what DuckDB 1.4 believes of `date_trunc`: that it is never NULL,
 * although it is where its argument is, so that groups and orders get made-up times in place of NULL (duckdb/duckdb#20371). Only
 * where it is called, for plans without statistics are slower. Callers hold the lock, for this changes a global setting.
 */
export async function withNullSafePlans<Value>(
  engine: Engine,
  statement: Statement,
  work: () => Promise<Value>,
): Promise<Value> {
  if (!(await truncatesTimes(engine, statement))) return work();
  await engine.execute("SET disabled_optimizers='statistics_propagation'");
  try {
    return await work();
  } finally {
    // A broken engine is never used again.
    await engine.execute("SET disabled_optimizers=''").catch(() => undefined);
  }
}

/** Whether a statement calls `date_trunc`, or may through a view or macro of the user's own. */
async function truncatesTimes(engine: Engine, { sql }: Statement): Promise<boolean> {
  if (TRUNCATES.test(sql)) return true;
  const texts = await engine.execute(
    `SELECT sql AS text FROM duckdb_views() WHERE database_name = 'memory' AND NOT internal
     UNION ALL SELECT macro_definition FROM duckdb_functions() WHERE database_name = 'memory' AND NOT internal`,
  );
  return Array.from(texts.getChild('text') ?? [], String).some((text) => TRUNCATES.test(text));
}
