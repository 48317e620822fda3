import { encodePartitionText, type ColumnType } from '@tidelake/lake-format';
import { keyLines, listed } from './hive-columns';
import { columnComment, encodedStations, needScheme, type LakeTable } from './lake-table';
import { BACKSLASH, qualifiedName, remarks } from './quoting';

const TYPES: Record<ColumnType, string> = {
  timestamp: 'TIMESTAMP',
  text: 'STRING',
  double: 'FLOAT64',
  float: 'FLOAT64',
  integer: 'INT64',
  bigint: 'INT64',
  boolean: 'BOOL',
};

/**
 * An external table over a bucket of Google Cloud Storage.
 * Source: cloud.google.com/bigquery/docs/hive-partitioned-queries, reference/standard-sql/data-definition-language
 * (CREATE EXTERNAL TABLE). A URI may hold one wildcard, which also stands for slashes.
 */
export function bigqueryStatement(table: LakeTable): string {
  needScheme(table, 'BigQuery', ['gs']);
  const { name, text } = BACKSLASH;
  const columns = table.columns.map((column) => {
    const comment = columnComment(column);
    const options = comment === undefined ? '' : ` OPTIONS (description = ${text(comment)})`;
    return `${name(column.name)} ${TYPES[column.type]}${options}`;
  });
  const first = encodePartitionText(table.keys[0]?.name ?? '');
  const options = [
    "format = 'PARQUET'",
    `uris = [${text(`${table.location}/${first}=*.parquet`)}]`,
    `hive_partition_uri_prefix = ${text(table.location)}`,
    'require_hive_partition_filter = false',
    ...(table.title === undefined ? [] : [`description = ${text(table.title)}`]),
  ];
  const [encoded] = encodedStations(table);
  return [
    encoded === undefined
      ? ''
      : remarks(`Look whether ids such as ${encoded}, whose folders are percent-encoded, come out as they should.`),
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${qualifiedName(table.name, BACKSLASH)} ${listed(columns)}\n`,
    `WITH PARTITION COLUMNS ${listed(keyLines(table, TYPES, BACKSLASH))}\n`,
    `OPTIONS ${listed(options)};\n`,
  ].join('');
}
