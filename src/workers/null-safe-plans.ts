import type { Engine } from './engine';
import type { Statement } from './statement';

const TRUNCATES = /date_?trunc/i;
const MAKES = /\bcreate\b/i;

/** Engines in which a view or macro of the user's own may truncate times. */
const truncating = new WeakSet<Engine>();

/**
 * Does some work with a statement whose plans may not rely on what DuckDB 1.4 believes of `date_trunc`: that it is never NULL,
 * although it is where its argument is, so that groups and orders get made-up times in place of NULL (duckdb/duckdb#20371). Only
 * where it is called, for plans without statistics are slower. Callers hold the lock, for this changes a global setting.
 */
export async function withNullSafePlans<Value>(
  engine: Engine,
  { sql }: Statement,
  work: () => Promise<Value>,
): Promise<Value> {
  const truncates = TRUNCATES.test(sql);
  if (truncates && MAKES.test(sql)) truncating.add(engine);
  if (!truncates && !truncating.has(engine)) return work();
  await engine.execute("SET disabled_optimizers='statistics_propagation'");
  try {
    return await work();
  } finally {
    // A broken engine is never used again.
    await engine.execute("SET disabled_optimizers=''").catch(() => undefined);
  }
}
