import type { Engine } from './engine';

/**
 * Makes the views of the user's own anew, for DuckDB refuses one whose columns are not any more what they were when it was made.
 * One that cannot be made any more stays, and says so itself when it is asked.
 * @param lakes names of views that are not the user's own
 */
export async function remakeUserViews(engine: Engine, lakes: ReadonlySet<string>): Promise<void> {
  const views = await engine.execute(
    `SELECT view_name, sql FROM duckdb_views() WHERE database_name = 'memory' AND schema_name = 'main' AND NOT internal
     ORDER BY view_oid`,
  );
  for (const row of views) {
    if (lakes.has(String(row['view_name']))) continue;
    const sql = String(row['sql']).replace(/^CREATE VIEW/, 'CREATE OR REPLACE VIEW');
    await engine.execute(sql).catch(() => undefined);
  }
}
