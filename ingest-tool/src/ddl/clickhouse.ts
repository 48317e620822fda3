import type { ColumnType } from '@tidelake/lake-format';
import { EXIT, ToolError } from '../tool-error';
import { columnLines, keyLines, listed } from './hive-columns';
import { encodedStations, folderPattern, type LakeTable } from './lake-table';
import { BACKSLASH, qualifiedName, remarks } from './quoting';

const TYPES: Record<ColumnType, string> = {
  timestamp: "DateTime64(6, 'UTC')",
  text: 'String',
  double: 'Float64',
  float: 'Float32',
  integer: 'Int32',
  bigint: 'Int64',
  boolean: 'Bool',
};

/**
 * A table of the S3 engine, or of the File engine for a lake on the server's own disk.
 * Source: clickhouse.com/docs/engines/table-engines/integrations/s3, engines/table-engines/special/file,
 * operations/settings/settings (use_hive_partitioning).
 * @throws ToolError where the location holds characters that are wildcards
 */
export function clickhouseStatement(table: LakeTable): string {
  if (/[*?{}]/.test(table.location)) {
    throw new ToolError(
      EXIT.usage,
      `ClickHouse takes *, ?, { and } for wildcards, which are in ${table.location}`,
      'Put the lake where its path has none of them.',
    );
  }
  const files = BACKSLASH.text(`${table.location}/${folderPattern(table)}/*.parquet`);
  const [encoded] = encodedStations(table);
  const nullable = (type: string): string => `Nullable(${type})`;
  return [
    encoded === undefined
      ? ''
      : remarks(
          `ClickHouse does not decode names of folders: compare decodeURLComponent(station) with ids such as ${encoded}.`,
        ),
    `CREATE TABLE IF NOT EXISTS ${qualifiedName(table.name, BACKSLASH)} `,
    `${listed([...columnLines(table, TYPES, BACKSLASH, nullable), ...keyLines(table, TYPES, BACKSLASH)])}\n`,
    table.location.startsWith('/') ? `ENGINE = File(Parquet, ${files})\n` : `ENGINE = S3(${files}, 'Parquet')\n`,
    'SETTINGS use_hive_partitioning = 1',
    table.title === undefined ? '' : `\nCOMMENT ${BACKSLASH.text(table.title)}`,
    ';\n',
  ].join('');
}
