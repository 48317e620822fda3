import { sameName, tableColumns, type LakeSchema } from '../lake/lake-schema';
import type { FilePiece } from './file-piece';
import type { FooterCache } from './footers';

/** Bytes of a value of text, some ten characters and where they lie. */
const TEXT_BYTES = 16;

/** Bytes of a value of each fixed type; others are 8. */
const TYPE_BYTES: Record<string, number> = {
  BOOLEAN: 0.125,
  ...{ TINYINT: 1, UTINYINT: 1, SMALLINT: 2, USMALLINT: 2, INTEGER: 4, UINTEGER: 4, FLOAT: 4, DATE: 4 },
  ...{ HUGEINT: 16, UHUGEINT: 16, VARCHAR: TEXT_BYTES, BLOB: TEXT_BYTES },
};

/** How many times larger than its file a table is: zstd and dictionaries make sensor data that much smaller. */
const COMPRESSION = 4;

/**
 * Bytes that the wanted columns of pieces will take once they are decoded, of each: from the rows in the footer where it is
 * known, else from the size of the file.
 */
export function decodedSizes(
  pieces: readonly FilePiece[],
  columns: readonly string[],
  schema: LakeSchema,
  footers: FooterCache,
): number[] {
  const all = tableColumns(schema);
  const perRow = sumOfBytes(all.filter(({ name }) => columns.some((column) => sameName(column, name))));
  const share = perRow / Math.max(1, sumOfBytes(all));
  return pieces.map(({ file, rowGroup, span }) => {
    const known = rowGroup === null ? undefined : footers.known(file)?.rowGroups[rowGroup]?.rows;
    const rows = span ? span.end - span.start : known;
    return rows === undefined ? file.size * COMPRESSION * share : rows * perRow;
  });
}

function sumOfBytes(columns: readonly { duckdbType: string }[]): number {
  return columns.reduce((sum, { duckdbType }) => sum + (TYPE_BYTES[duckdbType] ?? 8), 0);
}
