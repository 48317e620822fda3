import type { ColumnType } from '@tidelake/lake-format';
import { columnComment, folderPattern, keyType, type LakeTable } from './lake-table';
import { qualifiedName, remarks, STANDARD } from './quoting';

const TYPES: Record<ColumnType, string> = {
  timestamp: 'TIMESTAMPTZ',
  text: 'VARCHAR',
  double: 'DOUBLE',
  float: 'FLOAT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
};

/**
 * A view over `read_parquet`: DuckDB keeps no table of foreign files.
 * Source: duckdb.org/docs/stable/data/partitioning/hive_partitioning, sql/statements/comment_on, core_extensions/httpfs/s3api.
 */
export function duckdbStatement(table: LakeTable): string {
  const { name, text } = STANDARD;
  const view = qualifiedName(table.name, STANDARD);
  // In a glob only brackets can quote a character.
  const root = table.location.replaceAll(/[[*?]/g, (character) => `[${character}]`);
  const types = table.keys.map((key) => `${text(key.name)}: ${TYPES[keyType(key)]}`).join(', ');
  const columns = [...table.columns.map((column) => column.name), ...table.keys.map((key) => key.name)];
  const comments = table.columns.flatMap((column) => {
    const comment = columnComment(column);
    return comment === undefined ? [] : `COMMENT ON COLUMN ${view}.${name(column.name)} IS ${text(comment)};\n`;
  });
  return [
    /^(s3|gs|gcs|r2|https?):/.test(table.location)
      ? `${remarks('A private bucket needs: CREATE SECRET (TYPE s3, PROVIDER credential_chain);')}INSTALL httpfs;\nLOAD httpfs;\n`
      : '',
    `CREATE OR REPLACE VIEW ${view} AS\n`,
    `SELECT ${columns.map(name).join(', ')}\n`,
    `FROM read_parquet(${text(`${root}/${folderPattern(table)}/*.parquet`)},\n`,
    `  hive_partitioning = true, union_by_name = true, hive_types = {${types}});\n`,
    table.title === undefined ? '' : `COMMENT ON VIEW ${view} IS ${text(table.title)};\n`,
    ...comments,
  ].join('');
}
