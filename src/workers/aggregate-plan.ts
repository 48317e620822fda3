import { decompose, type Decomposition } from '../lake/aggregate/decompose';
import type { TableScan } from '../lake/explain-plan';
import { quoteLiteral } from '../lake/sql-identifier';
import { ENGINE_MACROS, STAGING_CATALOG } from './engine';
import type { Engine } from './engine';
import type { OpenLake } from './open-lake';
import type { Statement } from './statement';
import type { Workspace } from './workspace';

/** A statement that can be answered from partial states of one lake's rows, as far as its text tells. */
export interface AggregateStatement {
  statement: Statement;
  lake: OpenLake;
  divided: Decomposition;
}

/** Partial states in the engine. */
export interface StatesTable {
  /** Ready for SQL. */
  name: string;
  /** The statement over the states. */
  final: Statement;
  drop(): Promise<void>;
}

const STATES = `${STAGING_CATALOG}.main.states`;

/** Reads a statement for {@link decompose}; undefined where it must be run over the rows themselves. */
export async function readAggregate(
  { engine, lakes }: Workspace,
  statement: Statement,
  scans: readonly TableScan[],
): Promise<AggregateStatement | undefined> {
  const [scan, ...others] = scans;
  const lake = scan && lakes.get(scan.table);
  if (lake === undefined || others.length > 0 || statement.kind !== 'reads') return undefined;
  const divided = decompose(statement.sql, await engine.tokenize(statement.sql), lake.schema, lake.table.toLowerCase());
  return divided && { statement, lake, divided };
}

/**
 * Makes an empty table for the states of a statement; undefined where DuckDB answers the divided statement in other types
 * than the statement itself, or not at all. Callers hold the lock, and nobody else has such a table.
 */
export async function createStatesTable(
  engine: Engine,
  { statement, lake, divided }: AggregateStatement,
): Promise<StatesTable | undefined> {
  await lake.residency.hide();
  const drop = async () => {
    await engine.execute(`DROP TABLE IF EXISTS ${STATES}`);
  };
  try {
    if (await hasOwnMacros(engine)) return undefined;
    const names = (await describe(engine, divided.selectSql)).map(({ name }) => name);
    await engine.execute(`CREATE OR REPLACE TABLE ${STATES} AS ${divided.partialSql(lake.table)} LIMIT 0`);
    const sql = divided.finalSql(STATES, names);
    const wanted = JSON.stringify(await describe(engine, statement.sql));
    const given = JSON.stringify(await describe(engine, sql));
    if (wanted === given) return { name: STATES, final: { ...statement, sql }, drop };
  } catch {
    // Whatever is wrong with the statement, the ordinary way tells it better.
  }
  await drop();
  return undefined;
}

/** Merges states where there may be several of a group; the table stays small over any number of parts. */
export async function mergeStates(engine: Engine, states: StatesTable, divided: Decomposition): Promise<void> {
  const merged = `${states.name}_merged`;
  await engine.execute(`CREATE OR REPLACE TABLE ${merged} AS ${divided.combineSql(states.name)}`);
  await engine.execute(`DELETE FROM ${states.name}`);
  await engine.execute(`INSERT INTO ${states.name} FROM ${merged}`);
  await engine.execute(`DROP TABLE ${merged}`);
}

async function describe(engine: Engine, sql: string): Promise<{ name: string; type: string }[]> {
  const table = await engine.execute(`DESCRIBE ${sql}`);
  return Array.from({ length: table.numRows }, (_, row) => ({
    name: String(table.getChild('column_name')?.get(row)),
    type: String(table.getChild('column_type')?.get(row)),
  }));
}

/** Macros that a user made may bear the names of DuckDB's functions. Those of the engine stand for no such. */
async function hasOwnMacros(engine: Engine): Promise<boolean> {
  const macros = await engine.execute(
    `SELECT 1 FROM duckdb_functions() WHERE database_name = 'memory' AND NOT internal
       AND function_name NOT IN (${Object.keys(ENGINE_MACROS).map(quoteLiteral).join(', ')}) LIMIT 1`,
  );
  return macros.numRows > 0;
}
