import type { ColumnDescription, PartitionKey } from '@tidelake/lake-format';
import { sqlName } from '../../queries/sql-text';
import { formatUnit } from '../value-text';

/** A word that the editor offers. */
export interface SqlWord {
  /** As a reader looks for it. */
  label: string;
  /** As it is written into the SQL, where that is something else. */
  apply?: string;
  /** Beside the word: a type and unit. */
  detail?: string;
  /** What it means. */
  about?: string;
}

/** A table with its columns. */
export interface SqlTable extends SqlWord {
  columns: SqlWord[];
}

/** What can be named in the SQL of a page: tables, with the lake first, and parameters that stand for its filters. */
export interface SqlVocabulary {
  tables: readonly SqlTable[];
  parameters: readonly SqlWord[];
}

/** The words for a lake's table: what its columns measure, in which unit, under which CF standard name. */
export function lakeWords(
  title: string,
  columns: readonly ColumnDescription[],
  partitioning: readonly PartitionKey[],
): SqlTable {
  return {
    label: 'lake',
    detail: `${columns.length + partitioning.length} columns`,
    about: title,
    columns: [
      ...columns.map(columnWord),
      ...partitioning.map(({ name, type }) => ({
        ...nameWord(name),
        detail: type,
        about: 'Partition key: conditions on it leave out whole folders.',
      })),
    ],
  };
}

/** The words for a table that only its columns are known of. */
export function tableWords(
  name: string,
  about: string,
  columns: readonly { name: string; sqlType: string }[],
): SqlTable {
  return {
    ...nameWord(name),
    detail: `${columns.length} columns`,
    about,
    columns: columns.map((column) => ({ ...nameWord(column.name), detail: column.sqlType.toLowerCase() })),
  };
}

function columnWord({
  name,
  type,
  role,
  unit,
  standardName,
  longName,
  flagValues,
  flagMeanings,
}: ColumnDescription): SqlWord {
  const meanings = flagMeanings?.split(/\s+/) ?? [];
  const flags = flagValues?.map((value, index) =>
    [value, meanings[index]].filter((part) => part !== undefined).join(' '),
  );
  const about = [
    longName,
    standardName === undefined ? undefined : `CF standard name: ${standardName}`,
    unit === undefined ? undefined : `Unit: ${unit}`,
    flags === undefined ? undefined : `Flags: ${flags.join(', ')}`,
    role === 'time' ? 'UTC. Conditions on it leave out whole days.' : undefined,
  ].filter((part) => part !== undefined);
  return {
    ...nameWord(name),
    detail: [type, formatUnit(unit)].filter((part) => part !== '').join(' · '),
    ...(about.length > 0 && { about: about.join('\n') }),
  };
}

function nameWord(name: string): SqlWord {
  const written = sqlName(name);
  return written === name ? { label: name } : { label: name, apply: written };
}
