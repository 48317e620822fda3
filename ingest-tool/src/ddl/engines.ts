import { athenaStatement } from './athena';
import { bigqueryStatement } from './bigquery';
import { clickhouseStatement } from './clickhouse';
import { duckdbStatement } from './duckdb';
import type { LakeTable } from './lake-table';
import { sparkStatement } from './spark';
import { trinoStatement } from './trino';

/** Engines that a lake can be made a table of, by the name the command line has for them. */
export const ENGINES = ['duckdb', 'spark', 'trino', 'athena', 'clickhouse', 'bigquery'] as const;
export type EngineName = (typeof ENGINES)[number];

/**
 * The statements that make a lake a table of an engine, each ended by a semicolon.
 * @throws ToolError where the engine cannot read the lake at its location
 */
export function tableStatement(engine: EngineName, table: LakeTable): string {
  return STATEMENTS[engine](table);
}

const STATEMENTS: Record<EngineName, (table: LakeTable) => string> = {
  duckdb: duckdbStatement,
  spark: sparkStatement,
  trino: trinoStatement,
  athena: athenaStatement,
  clickhouse: clickhouseStatement,
  bigquery: bigqueryStatement,
};
