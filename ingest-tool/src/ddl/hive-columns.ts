import type { ColumnType } from '@tidelake/lake-format';
import { columnComment, foreignStations, keyType, type LakeTable } from './lake-table';
import { remarks, type Quoting } from './quoting';

/** One definition a line: name, type, and the comment in the given words. */
export function columnLines(
  { columns }: LakeTable,
  types: Readonly<Record<ColumnType, string>>,
  quoting: Quoting,
  optional: (type: string) => string = (type) => type,
): string[] {
  return columns.map((column) => {
    const comment = columnComment(column);
    const isRequired = column.role === 'time' || column.role === 'device';
    const type = isRequired ? types[column.type] : optional(types[column.type]);
    return `${quoting.name(column.name)} ${type}${comment === undefined ? '' : ` COMMENT ${quoting.text(comment)}`}`;
  });
}

/** The partition keys as columns, one definition a line. */
export function keyLines({ keys }: LakeTable, types: Readonly<Record<ColumnType, string>>, quoting: Quoting): string[] {
  return keys.map((key) => `${quoting.name(key.name)} ${types[keyType(key)]}`);
}

/** Definitions in parentheses, each in a line of its own. */
export function listed(lines: readonly string[]): string {
  return `(\n${lines.map((line) => `  ${line}`).join(',\n')}\n)`;
}

/**
 * What has to be said about ids that are not ASCII: Hive's unescapePathName, which Spark, Trino and Athena share, makes a
 * character of each percent-encoded byte.
 */
export function foreignNote(table: LakeTable): string {
  const [first, ...more] = foreignStations(table);
  if (first === undefined) return '';
  const read = Buffer.from(first, 'utf8').toString('latin1');
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return remarks(
    `The station ${first}${others} is read as ${read}: this engine decodes names of folders byte by byte.`,
  );
}
