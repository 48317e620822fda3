import { boundsOfChunk } from './chunk-bounds';
import { mayMatch, type BoundsOf, type ColumnBounds } from './column-bounds';
import { boundsWithin, type PartitionValues } from './folder';
import { sameName, tableColumns, type LakeSchema } from './lake-schema';
import type { ParquetColumn, ParquetFooter } from './parquet-footer';
import type { Predicate } from './predicate';

/** What tells of a leaf of a file, in some part of it, which values the lake's column has there. */
export type BoundsOfLeaf = (leaf: number, column: ParquetColumn, duckdbType: string) => ColumnBounds | undefined;

/** A file as far as its part in the lake is known. */
export interface PlannedFile {
  footer: ParquetFooter;
  schema: LakeSchema;
  partition: PartitionValues;
}

/** The row groups of a file, by their index, in which rows may fulfil a condition. */
export function matchingRowGroups(file: PlannedFile, where: Predicate): number[] {
  return file.footer.rowGroups.flatMap((group, index) =>
    group.rows > 0 && mayMatch(where, boundsWithinGroup(file, index)) ? [index] : [],
  );
}

/** What the footer says of the columns in a row group. */
export function boundsWithinGroup(file: PlannedFile, rowGroup: number): BoundsOf {
  const chunks = file.footer.rowGroups[rowGroup]?.chunks ?? [];
  return boundsWithinFile(file, (leaf, { kind }, duckdbType) => {
    const chunk = chunks[leaf];
    return chunk && boundsOfChunk(kind, chunk, duckdbType);
  });
}

/**
 * What is known of the table's columns in some part of a file. A column that the file lacks is NULL in all its rows; a
 * partition key has its folder's value, whatever the file says.
 */
export function boundsWithinFile({ footer, schema, partition }: PlannedFile, boundsOfLeaf: BoundsOfLeaf): BoundsOf {
  const types = tableColumns(schema);
  const ofFolder = boundsWithin(partition, schema);
  return (name) => {
    if (schema.partitionKeys.some((key) => sameName(key.name, name))) return ofFolder(name);
    const type = types.find((column) => sameName(column.name, name))?.duckdbType;
    if (type === undefined) return undefined;
    const leaf = footer.columns.findIndex(({ path: [root = ''] }) => sameName(root, name));
    if (leaf < 0) return { nulls: 'all' };
    const column = footer.columns[leaf];
    // A list or struct of the name holds values that are not the column's own.
    if (column === undefined || column.path.length > 1) return undefined;
    return boundsOfLeaf(leaf, column, type);
  };
}
