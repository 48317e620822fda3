import { LakeError } from '../lake/lake-error';

/** Types in the order in which each fits into the next without loss, as far as doubles are what science computes with. */
const WIDENINGS: string[][] = [
  ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'DOUBLE'],
  ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'HUGEINT', 'DOUBLE'],
  ['UTINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'],
  ['USMALLINT', 'INTEGER', 'BIGINT'],
  ['UINTEGER', 'BIGINT'],
  ['FLOAT', 'DOUBLE'],
  ['TINYINT', 'SMALLINT', 'FLOAT'],
  ['UTINYINT', 'USMALLINT', 'FLOAT'],
  ['DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_NS'],
];

/** Types that hold the same values for the lake. */
const SAME: Record<string, string> = { 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP' };

/** Whether every value of one DuckDB type can be put into a column of another. */
export function fitsInto(fileType: string, lakeType: string): boolean {
  if (fileType === '"NULL"' || (SAME[fileType] ?? fileType) === lakeType) return true;
  // sum() and Parquet's decimals come in many precisions; DuckDB refuses a value that does not fit.
  if (fileType.startsWith('DECIMAL') || fileType === 'HUGEINT') return /^(DECIMAL|HUGEINT|DOUBLE)/.test(lakeType);
  return WIDENINGS.some((line) => {
    const from = line.indexOf(fileType);
    return from >= 0 && line.indexOf(lakeType, from) >= from;
  });
}

/** The LakeError of two files that disagree about a column. */
export function schemaClash(
  column: string,
  file: string,
  fileType: string,
  lakeType: string,
  source: string,
): LakeError {
  return new LakeError({
    code: 'schema-clash',
    message: `“${column}” is ${fileType} in ${file}, but ${lakeType} in ${source}.`,
    advice: 'Write one of the two anew with the type of the other, or leave this column out of the query.',
  });
}
