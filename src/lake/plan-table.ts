import { tableColumns, type LakeColumn, type LakeSchema } from './lake-schema';
import { quoteIdentifier } from './sql-identifier';

/** The database that holds the empty tables plans are made over. */
const PLAN_DATABASE = 'plan';
const COLUMNS_SCHEMA = `${PLAN_DATABASE}.columns`;
const ROWS_SCHEMA = `${PLAN_DATABASE}.rows`;

/** The one column of the table of rows: a struct of all columns. */
export const ROW_COLUMN = 'tidelake_row';

/**
 * Statements that make the database of plans; run once, before any lake is opened.
 *
 * A lake is there twice, both times as a view of its own name over an empty table, because neither form tells all:
 *
 * - in the schema `columns` the table has one column for each column of the lake. Its scan shows conditions on one
 *   column, and casts; of conditions on several columns it shows nothing.
 * - in the schema `rows` the table has a single column, a struct of them all. To DuckDB every condition on a row is then
 *   a condition on one column, and so reaches the scan, whatever columns it joins with OR.
 */
export function planDatabaseSql(): string[] {
  return [`ATTACH ':memory:' AS ${PLAN_DATABASE}`, `CREATE SCHEMA ${COLUMNS_SCHEMA}`, `CREATE SCHEMA ${ROWS_SCHEMA}`];
}

/**
 * Statements that (re)make the plan tables of a lake. The columns in them bear names of our own, such as
 * `tidelake_column_3`, for two reasons. EXPLAIN prints names without quotes, so that a lake's own (`it's`, `a = 1`)
 * could be read amiss. And where a query renames columns, EXPLAIN shows in FILTER nodes and inside CAST the name the
 * query gave, even for a whole expression: `CAST(day AS DOUBLE) = 3.0` may be about `coalesce(month, 1) AS day`. A name
 * of our own stands for the column itself and nothing else.
 */
export function planTableSql(name: string, schema: LakeSchema): string[] {
  const columns = tableColumns(schema);
  const base = quoteIdentifier(planTableName(name));
  const view = quoteIdentifier(name);
  const defined = columns.map((column, index) => `${planColumnName(index)} ${column.duckdbType}`).join(', ');
  const named = (expression: (index: number) => string) =>
    columns.map((column, index) => `${expression(index)} AS ${quoteIdentifier(column.name)}`).join(', ');
  return [
    `CREATE OR REPLACE TABLE ${COLUMNS_SCHEMA}.${base} (${defined})`,
    `CREATE OR REPLACE VIEW ${COLUMNS_SCHEMA}.${view} AS SELECT ${named(planColumnName)} FROM ${COLUMNS_SCHEMA}.${base}`,
    `CREATE OR REPLACE TABLE ${ROWS_SCHEMA}.${base} (${ROW_COLUMN} STRUCT(${defined}))`,
    `CREATE OR REPLACE VIEW ${ROWS_SCHEMA}.${view} AS SELECT ${named(
      (index) => `struct_extract(${ROW_COLUMN}, '${planColumnName(index)}')`,
    )} FROM ${ROWS_SCHEMA}.${base}`,
  ];
}

/** Statements that undo {@link planTableSql}. */
export function dropPlanTableSql(name: string): string[] {
  return [COLUMNS_SCHEMA, ROWS_SCHEMA].flatMap((schema) => [
    `DROP VIEW IF EXISTS ${schema}.${quoteIdentifier(name)}`,
    `DROP TABLE IF EXISTS ${schema}.${quoteIdentifier(planTableName(name))}`,
  ]);
}

/** One `EXPLAIN (FORMAT JSON)` of a query: what to set before it. */
export interface ExplainPass {
  /** The schema whose view of the lake is to be explained. */
  searchPath: string;
  /** For `SET disabled_optimizers`, which is global: set it, explain and reset it under one lock. */
  disabledOptimizers: string;
}

// Over an empty table statistics_propagation would make every plan EMPTY_RESULT, and late_materialization would turn
// ORDER BY … LIMIT into a join with a second, unfiltered scan. cte_inlining must stay on.
const OPTIMIZERS_OFF = 'statistics_propagation,late_materialization';

/** Shows which conditions on single columns reach each scan, and whether the table is needed at all. */
export const EXPLAIN_FILTERS: ExplainPass = { searchPath: COLUMNS_SCHEMA, disabledOptimizers: OPTIMIZERS_OFF };

/** Shows all columns a query needs: without filter pushdown, those it only filters by are in the projections too. */
export const EXPLAIN_COLUMNS: ExplainPass = {
  searchPath: COLUMNS_SCHEMA,
  disabledOptimizers: `${OPTIMIZERS_OFF},filter_pushdown`,
};

/** Shows conditions that join several columns. */
export const EXPLAIN_ROWS: ExplainPass = { searchPath: ROWS_SCHEMA, disabledOptimizers: OPTIMIZERS_OFF };

/** What the plans call the table of the lake `name`. */
export function planTableName(name: string): string {
  return `tidelake table ${name}`;
}

/** The columns of a lake by what the plans call them. */
export function planColumns(schema: LakeSchema): Map<string, LakeColumn> {
  return new Map(tableColumns(schema).map((column, index) => [planColumnName(index), column]));
}

function planColumnName(index: number): string {
  return `tidelake_column_${index}`;
}
