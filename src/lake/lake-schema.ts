import type { ColumnType, LakeDescription, PartitionKey } from '@tidelake/lake-format';
import { quoteIdentifier } from './sql-identifier';

/** A column of a lake's table. */
export interface LakeColumn {
  name: string;
  /** DuckDB's name of the type, such as `TIMESTAMP` or `DECIMAL(9,2)`. */
  duckdbType: string;
}

/** What the planner knows of a lake before it has listed anything. */
export interface LakeSchema {
  /** Columns inside the files, in file order. A partition key may be among them; its folder's value then wins. */
  columns: LakeColumn[];
  /** Folder levels from the root down. */
  partitionKeys: PartitionKey[];
  /** The column that year, month, day, hour and date folders are made from; null where none is known. */
  timeColumn: string | null;
  /**
   * True where the lake's contract (lake.json) says that each row lies in the folder of its own UTC day and that each
   * folder is written by `formatPartition` in its key's width. False allows a day of slack either way, and takes no
   * short cut that relies on how a folder is spelt.
   */
  exact: boolean;
}

const DUCKDB_TYPES: Record<ColumnType, string> = {
  // Naive on purpose: without ICU, TIMESTAMPTZ functions fail; inside the page time is UTC, always.
  timestamp: 'TIMESTAMP',
  text: 'VARCHAR',
  double: 'DOUBLE',
  float: 'FLOAT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
};

/** The schema of a lake that describes itself. */
export function schemaOfDescription(description: LakeDescription): LakeSchema {
  return {
    columns: description.columns.map(({ name, type }) => ({ name, duckdbType: DUCKDB_TYPES[type] })),
    partitionKeys: description.partitioning,
    timeColumn: description.columns.find((column) => column.role === 'time')?.name ?? null,
    exact: description.partitionTime !== 'approximate',
  };
}

/** Names that collectors give the time of observation, best first. */
const TIME_NAMES = ['time', 'timestamp', 'datetime', 'date_time', 'ts', 'event_time', 'observed_at'];

/**
 * The schema of a lake without lake.json, from one file's columns and the folders seen. The time column is the only
 * TIMESTAMP there is, else the one with a customary name; with neither, time predicates prune no folder.
 */
export function schemaOfForeignLake(columns: LakeColumn[], partitionKeys: PartitionKey[]): LakeSchema {
  const timestamps = columns.filter((column) => column.duckdbType.startsWith('TIMESTAMP')).map((column) => column.name);
  const customary = TIME_NAMES.map((name) => timestamps.find((candidate) => sameName(candidate, name)));
  return {
    columns,
    partitionKeys,
    timeColumn: (timestamps.length === 1 ? timestamps[0] : customary.find((name) => name !== undefined)) ?? null,
    exact: false,
  };
}

/** The type of a partition key's column: `VARCHAR`, or `BIGINT` for integers of any width. */
export function partitionColumnType(key: PartitionKey): string {
  return key.type === 'integer' ? 'BIGINT' : 'VARCHAR';
}

/**
 * The columns of the lake's table: those of the files in their order, then the partition keys that are not among them.
 * A key that is also in the files keeps its place there with the key's type, for its value comes from the folder, as
 * in DuckDB and Spark.
 */
export function tableColumns(schema: LakeSchema): LakeColumn[] {
  const keyNamed = (name: string) => schema.partitionKeys.find((key) => sameName(key.name, name));
  const inFiles = schema.columns.map((column) => {
    const key = keyNamed(column.name);
    return key === undefined ? column : { name: column.name, duckdbType: partitionColumnType(key) };
  });
  const onlyFolders = schema.partitionKeys.filter(
    (key) => !schema.columns.some((column) => sameName(column.name, key.name)),
  );
  return [...inFiles, ...onlyFolders.map((key) => ({ name: key.name, duckdbType: partitionColumnType(key) }))];
}

/** The statement that makes the lake's empty table. `name` is quoted here; the types are taken as they stand. */
export function createTableSql(name: string, schema: LakeSchema): string {
  const columns = tableColumns(schema).map((column) => `${quoteIdentifier(column.name)} ${column.duckdbType}`);
  return `CREATE TABLE ${quoteIdentifier(name)} (${columns.join(', ')})`;
}

/** Whether two names are one column to DuckDB, which ignores the case of ASCII letters. */
export function sameName(first: string, second: string): boolean {
  return first === second || lowerAscii(first) === lowerAscii(second);
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
