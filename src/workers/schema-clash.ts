import { LakeError } from '../lake/lake-error';
import type { LakeColumn } from '../lake/lake-schema';
import type { LakeFile } from '../lake/partition-walk';

/** The LakeError of a file whose type of a column does not fit into the lake's. */
export type ClashOf = (column: LakeColumn, file: LakeFile, fileType: string) => LakeError;

/**
 * The LakeError of two files that disagree about a column.
 * @param source the file that the lake's type is from
 */
export function schemaClash(
  { name, duckdbType }: LakeColumn,
  file: string,
  fileType: string,
  source: string,
): LakeError {
  return new LakeError({
    code: 'schema-clash',
    message: `“${name}” is ${fileType} in ${file}, but ${duckdbType} in ${source}.`,
    advice: 'Write one of the two anew with the type of the other, or leave this column out of the query.',
  });
}
