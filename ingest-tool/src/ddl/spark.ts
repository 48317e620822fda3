import type { ColumnType } from '@tidelake/lake-format';
import { columnLines, foreignNote, keyLines, listed } from './hive-columns';
import type { LakeTable } from './lake-table';
import { HIVE, qualifiedName } from './quoting';

const TYPES: Record<ColumnType, string> = {
  timestamp: 'TIMESTAMP',
  text: 'STRING',
  double: 'DOUBLE',
  float: 'FLOAT',
  integer: 'INT',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
};

/**
 * An external table; new days are found by running the last statement again.
 * Source: spark.apache.org/docs/latest/sql-ref-syntax-ddl-create-table-datasource.html, sql-ref-syntax-ddl-repair-table.html.
 */
export function sparkStatement(table: LakeTable): string {
  const name = qualifiedName(table.name, HIVE);
  const location = table.location.startsWith('/') ? `file:${table.location}` : table.location.replace(/^s3:/, 's3a:');
  return [
    foreignNote(table),
    `CREATE TABLE IF NOT EXISTS ${name} ${listed([...columnLines(table, TYPES, HIVE), ...keyLines(table, TYPES, HIVE)])}\n`,
    'USING PARQUET\n',
    `PARTITIONED BY (${table.keys.map((key) => HIVE.name(key.name)).join(', ')})\n`,
    `LOCATION ${HIVE.text(location)}`,
    table.title === undefined ? '' : `\nCOMMENT ${HIVE.text(table.title)}`,
    `;\nMSCK REPAIR TABLE ${name};\n`,
  ].join('');
}
