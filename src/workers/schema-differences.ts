import { sameName, tableColumns } from '../lake/lake-schema';
import type { LakeSchema } from '../lake/lake-schema';
import type { LakeFile } from '../lake/partition-walk';

/** A file, and its columns that the lake's table has otherwise or not at all. */
export interface DifferentFile {
  file: LakeFile;
  columns: readonly string[];
}

/**
 * What reading has shown of a lake whose columns were found out from a few of its files: files with columns that those do
 * not have, or have in narrower types.
 */
export interface SchemaDifferences {
  /** Columns that are no news: the lake's own, and those of types that the engine does not take. */
  readonly known: readonly string[];
  note(file: LakeFile, columns: readonly string[]): void;
  /** A file for each combination of columns that was noted. */
  noted(): DifferentFile[];
  /** The same, for somebody who takes them up: they are not noted any more. */
  take(): DifferentFile[];
}

/** @param passedOver columns that files have and that cannot be read */
export function createSchemaDifferences(schema: LakeSchema, passedOver: readonly string[]): SchemaDifferences {
  const noted = new Map<string, DifferentFile>();
  return {
    known: [...tableColumns(schema).map(({ name }) => name), ...passedOver],
    note(file, columns) {
      const id = JSON.stringify(columns);
      if (!noted.has(id)) noted.set(id, { file, columns });
    },
    noted: () => [...noted.values()],
    take() {
      const files = [...noted.values()];
      noted.clear();
      return files;
    },
  };
}

/** Names among `columns` that are not in `known`, whatever their case. */
export function unknownNames(columns: readonly string[], known: readonly string[]): string[] {
  // Spelt alike as a rule, which is quicker to see.
  return columns.filter((name) => !known.includes(name) && !known.some((other) => sameName(other, name)));
}

/** `a * b` is taken for one as well, which costs nothing but time. */
const SHOWS_ALL = /\*|\b(?:columns|natural|by\s+name|summarize|pivot|unpivot|table)\b|^(?![^]*\bselect\b)/i;

/** Whether an answer may depend on which columns there are, and not only on those that it names. */
export function showsAllColumns(sql: string): boolean {
  return SHOWS_ALL.test(sql.replace(/count\s*\(\s*\*\s*\)/gi, ''));
}
