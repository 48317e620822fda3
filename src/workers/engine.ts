import type { RecordBatch, Schema, Table } from 'apache-arrow';
import { cancelledError, throwIfCancelled } from '../sources/cancellation';
import type { Explained } from '../lake/explain-plan';
import { EXPLAIN_COLUMNS, EXPLAIN_FILTERS, EXPLAIN_ROWS, planDatabaseSql } from '../lake/plan-table';
import type { ExplainPass } from '../lake/plan-table';
import { quoteIdentifier } from '../lake/sql-identifier';
import { engineError } from './engine-error';
import type { ArrowAnswer } from './result';
import type { ScriptTokens } from './script-tokens';
import type { Statement } from './statement';

/** The answer to a query while it arrives. */
export interface BatchReader extends AsyncIterable<RecordBatch> {
  open(): Promise<unknown>;
  readonly schema: Schema;
}

/** As much of a DuckDB-WASM connection as the engine uses. */
export interface EngineConnection {
  query(sql: string): Promise<Table>;
  send(sql: string, allowStreamResult: boolean): Promise<BatchReader>;
  cancelSent(): Promise<boolean>;
  insertArrowFromIPCStream(stream: Uint8Array, options: { name: string; create: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** As much of DuckDB-WASM as the engine uses: the one in a worker, or the blocking one of Node in tests. */
export interface EngineDatabase {
  connect(): Promise<EngineConnection>;
  tokenize(sql: string): Promise<ScriptTokens>;
  /** Rejects when the engine falls over, whether or not it is asked anything; stays pending until then. */
  stopped: Promise<never>;
  terminate(): Promise<void>;
}

/** Catalogues beside the user's own, which is `memory`. */
export const RESIDENT_CATALOG = 'resident';
export const STAGING_CATALOG = 'staging';

/** The seam to DuckDB: SQL in, Arrow out. Failures are LakeErrors. */
export interface Engine {
  /** Runs the engine's own SQL; of several statements the answer is that of the last which has one. */
  execute(sql: string): Promise<Table>;
  /** Makes a table in the staging catalogue from an Arrow IPC stream, which is used up. */
  stage(table: string, stream: Uint8Array): Promise<void>;
  tokenize(sql: string): Promise<ScriptTokens>;
  /**
   * The plans of a statement that the planner reads. The views of these lakes are empty afterwards. Callers hold the
   * lock, for this changes global settings.
   */
  explain(statement: Statement, lakes: Iterable<string>): Promise<Explained>;
  /** Runs a user's statement. An abort stops it between two slices of work. */
  run(statement: Statement, signal: AbortSignal): Promise<ArrowAnswer>;
  /** Rejects when the engine falls over, whether or not it is asked anything; stays pending until then. */
  stopped: Promise<never>;
  terminate(): Promise<void>;
}

const EXPLAIN = 'EXPLAIN (FORMAT JSON) ';

const NOW = 'transaction_timestamp()::TIMESTAMP';

/**
 * Macros by the names of DuckDB's functions for what is said to be now, which need the ICU extension otherwise, or give a
 * time with a zone, from which nothing can be taken without it. Inside the page time is UTC.
 */
export const ENGINE_MACROS: Record<string, { parameters: string; sql: string }> = {
  now: { parameters: '', sql: NOW },
  // What CURRENT_TIMESTAMP and LOCALTIMESTAMP stand for.
  get_current_timestamp: { parameters: '', sql: NOW },
  current_localtimestamp: { parameters: '', sql: NOW },
  current_date: { parameters: '', sql: `${NOW}::DATE` },
  today: { parameters: '', sql: `${NOW}::DATE` },
  // What AT TIME ZONE stands for.
  timezone: {
    parameters: 'zone, moment',
    sql: `CASE WHEN upper(zone) IN ('UTC', 'GMT', 'ETC/UTC') THEN moment
      ELSE error('Time is UTC here, and has no other zone: add an INTERVAL instead of AT TIME ZONE.') END`,
  },
};

const SETTINGS = [
  // DuckDB would fetch missing extensions from the net, and hang or crash where it cannot.
  'SET enable_external_access=false',
  // Positions in the resident tables are those of the files they came from.
  'SET preserve_insertion_order=true',
  ...planDatabaseSql(),
  `ATTACH ':memory:' AS ${STAGING_CATALOG}`,
  `ATTACH ':memory:' AS ${RESIDENT_CATALOG} (COMPRESS)`,
  ...Object.entries(ENGINE_MACROS).map(
    ([name, { parameters, sql }]) => `CREATE MACRO ${name}(${parameters}) AS ${sql}`,
  ),
];

/** The view of a lake, ready for SQL. */
export function viewOfLake(table: string): string {
  return `memory.main.${quoteIdentifier(table)}`;
}

/**
 * The statement that makes the view of a lake an empty table, in the form of one of the planner's passes. Views that
 * users made over the lake then see that table too.
 */
export function emptyLakeSql(table: string, pass: ExplainPass = EXPLAIN_COLUMNS): string {
  return `CREATE OR REPLACE VIEW ${viewOfLake(table)} AS SELECT * FROM ${pass.searchPath}.${quoteIdentifier(table)}`;
}

/** Prepares a database for lakes. */
export async function createEngine(database: EngineDatabase): Promise<Engine> {
  const own = await database.connect();
  await own.query(SETTINGS.join(';'));
  const stager = await database.connect();
  await stager.query(`USE ${STAGING_CATALOG}`);
  let user = await connectUser(database);

  async function explainOnce(pass: ExplainPass, statement: Statement, lakes: string[]): Promise<string> {
    const views = lakes.map((lake) => emptyLakeSql(lake, pass));
    await own.query([...views, `SET disabled_optimizers='${pass.disabledOptimizers}'`].join(';'));
    const sql = EXPLAIN + statement.sql;
    try {
      const plan = await user.query(sql);
      return String(plan.getChild('explain_value')?.get(0) ?? '');
    } catch (error) {
      throw engineError(error, { sql, prefixLength: EXPLAIN.length, start: statement.start });
    }
  }

  async function read(statement: Statement, signal: AbortSignal): Promise<ArrowAnswer> {
    const reader = await user.send(statement.sql, true);
    await reader.open();
    // A reader that has come to its end forgets its schema.
    const { schema } = reader;
    const batches: RecordBatch[] = [];
    for await (const batch of reader) {
      throwIfCancelled(signal);
      batches.push(batch);
    }
    return { schema, batches };
  }

  return {
    execute: (sql) => mapped(own.query(sql)),
    stage: (table, stream) => mapped(stager.insertArrowFromIPCStream(stream, { name: table, create: true })),
    tokenize: (sql) => mapped(database.tokenize(sql)),
    stopped: database.stopped,
    terminate: () => database.terminate(),

    async explain(statement, tables) {
      const lakes = [...tables];
      try {
        const filters = await explainOnce(EXPLAIN_FILTERS, statement, lakes);
        // What the other two cannot tell only makes the plan wider.
        const rows = await explainOnce(EXPLAIN_ROWS, statement, lakes).catch(() => '');
        const columns = await explainOnce(EXPLAIN_COLUMNS, statement, lakes).catch(() => '');
        return { filters, columns, rows };
      } finally {
        await mapped(own.query("SET disabled_optimizers=''"));
      }
    },

    async run(statement, signal) {
      throwIfCancelled(signal);
      const connection = user;
      const stop = () => void connection.cancelSent().catch(() => undefined);
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await read(statement, signal);
      } catch (error) {
        if (!signal.aborted) throw engineError(error, { sql: statement.sql, prefixLength: 0, start: statement.start });
        // What is left of a stopped answer stays on its connection.
        user = await mapped(connectUser(database));
        await connection.close().catch(() => undefined);
        throw cancelledError();
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

async function connectUser(database: EngineDatabase): Promise<EngineConnection> {
  const connection = await database.connect();
  // Positions of errors come only so.
  await connection.query('SET errors_as_json=true');
  return connection;
}

async function mapped<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    throw engineError(error);
  }
}
