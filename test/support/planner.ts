import { planScans, type TableScan } from '../../src/lake/explain-plan';
import type { LakeSchema } from '../../src/lake/lake-schema';
import {
  EXPLAIN_COLUMNS,
  EXPLAIN_FILTERS,
  EXPLAIN_ROWS,
  planDatabaseSql,
  planTableSql,
  type ExplainPass,
} from '../../src/lake/plan-table';
import { openNodeDatabase } from './node-duckdb';

/** The page's engine and its planner over lakes that hold nothing. */
export interface Planner {
  plan(sql: string): Promise<TableScan[]>;
  /** Rows of an answer, each a list of values. */
  rows(sql: string): Promise<unknown[][]>;
  addLake(name: string, schema: LakeSchema): Promise<void>;
}

/** Starts DuckDB-WASM 1.32 in this process with the database of plans. */
export async function openPlanner(): Promise<Planner> {
  const database = await openNodeDatabase();
  const connection = await database.connect();
  const lakes = new Map<string, LakeSchema>();
  const run = (sql: string) => connection.query(sql);
  await run('SET enable_external_access=false');
  for (const sql of planDatabaseSql()) await run(sql);

  async function explain(sql: string, { searchPath, disabledOptimizers }: ExplainPass): Promise<string> {
    try {
      await run(`SET search_path='${searchPath},memory.main'`);
      await run(`SET disabled_optimizers='${disabledOptimizers}'`);
      return String((await run(`EXPLAIN (FORMAT JSON) ${sql}`)).getChild('explain_value')?.get(0));
    } finally {
      await run("SET disabled_optimizers=''");
      await run("SET search_path='memory.main'");
    }
  }

  return {
    async plan(sql) {
      const filters = await explain(sql, EXPLAIN_FILTERS);
      const columns = await explain(sql, EXPLAIN_COLUMNS);
      return planScans({ filters, columns, rows: await explain(sql, EXPLAIN_ROWS) }, lakes);
    },
    async rows(sql) {
      const table = await run(sql);
      return Array.from(table, (row) => Object.values(row.toJSON()));
    },
    async addLake(name, schema) {
      lakes.set(name, schema);
      for (const sql of planTableSql(name, schema)) await run(sql);
    },
  };
}
