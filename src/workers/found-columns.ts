import { sameName } from '../lake/lake-schema';
import type { LakeColumn } from '../lake/lake-schema';
import { unitedType } from './file-types';

/** The columns that one file has, in the types that a lake's table has, `"NULL"` where it has only nulls. */
export interface FileColumns {
  key: string;
  columns: readonly LakeColumn[];
}

/** What is known of a lake's columns from a few of its files. */
export interface FoundColumns {
  columns: LakeColumn[];
  /** The file that a column's name and type are from. */
  sourceOf(column: string): string;
  /** Columns that files have and that cannot be read. */
  passedOver: readonly string[];
  /** The same with the columns of further files. */
  with(files: readonly FileColumns[], passedOver: readonly string[]): FoundColumns;
}

interface FoundColumn {
  column: LakeColumn;
  key: string;
}

/** The columns of some files, each in a type that all of them fit into; where there is none, as it is in the first. */
export function uniteColumns(files: readonly FileColumns[]): FoundColumns {
  return foundColumns(files.reduce(adding, []), []);
}

function foundColumns(found: readonly FoundColumn[], passedOver: readonly string[]): FoundColumns {
  return {
    columns: found.map(({ column }) =>
      column.duckdbType === '"NULL"' ? { ...column, duckdbType: 'VARCHAR' } : column,
    ),
    sourceOf: (name) => found.find(({ column }) => sameName(column.name, name))?.key ?? '',
    passedOver,
    with: (files, more) => foundColumns(files.reduce(adding, found), [...passedOver, ...more]),
  };
}

function adding(found: readonly FoundColumn[], { key, columns }: FileColumns): readonly FoundColumn[] {
  const united = [...found];
  for (const column of columns) {
    const index = united.findIndex(({ column: { name } }) => sameName(name, column.name));
    const known = united[index]?.column;
    if (!known) {
      united.push({ column, key });
      continue;
    }
    const duckdbType = unitedType(known.duckdbType, column.duckdbType);
    if (duckdbType !== undefined && duckdbType !== known.duckdbType)
      united[index] = { column: { ...known, duckdbType }, key };
  }
  return united;
}
