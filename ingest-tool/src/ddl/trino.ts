import type { ColumnType } from '@tidelake/lake-format';
import { columnLines, foreignNote, keyLines, listed } from './hive-columns';
import { needScheme, type LakeTable } from './lake-table';
import { qualifiedName, remarks, STANDARD } from './quoting';

const TYPES: Record<ColumnType, string> = {
  timestamp: 'timestamp(6)',
  text: 'varchar',
  double: 'double',
  float: 'real',
  integer: 'integer',
  bigint: 'bigint',
  boolean: 'boolean',
};

/**
 * An external table of the Hive connector; new days are found by calling the procedure again.
 * Source: trino.io/docs/current/connector/hive.html (table properties, system.sync_partition_metadata, hive.timestamp-precision).
 */
export function trinoStatement(table: LakeTable): string {
  needScheme(table, 'Trino', ['s3', 's3a', 'gs', 'abfs', 'abfss', 'hdfs', 'local']);
  const { text } = STANDARD;
  const [relation = '', schema = 'default', catalog] = [...table.name].reverse();
  const properties = [
    `external_location = ${text(table.location)}`,
    "format = 'PARQUET'",
    `partitioned_by = ARRAY[${table.keys.map((key) => text(key.name)).join(', ')}]`,
  ];
  const system = catalog === undefined ? 'system' : `${STANDARD.name(catalog)}.system`;
  return [
    remarks('Microseconds are kept where the catalog sets hive.timestamp-precision=MICROSECONDS; times are UTC.'),
    foreignNote(table),
    `CREATE TABLE IF NOT EXISTS ${qualifiedName(table.name, STANDARD)} `,
    `${listed([...columnLines(table, TYPES, STANDARD), ...keyLines(table, TYPES, STANDARD)])}\n`,
    table.title === undefined ? '' : `COMMENT ${text(table.title)}\n`,
    `WITH ${listed(properties)};\n`,
    `CALL ${system}.sync_partition_metadata(${text(schema)}, ${text(relation)}, 'FULL');\n`,
  ].join('');
}
