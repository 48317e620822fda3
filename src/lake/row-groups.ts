import { boundsOfChunk } from './chunk-bounds';
import { mayMatch, type BoundsOf } from './column-bounds';
import { boundsWithin, type PartitionValues } from './folder';
import { sameName, tableColumns, type LakeSchema } from './lake-schema';
import type { ParquetFooter, RowGroup } from './parquet-footer';
import type { Predicate } from './predicate';

/**
 * The row groups of a file, by their index, in which rows may fulfil a condition. A column that the file lacks is NULL
 * in all its rows; a partition key has its folder's value, whatever the file says.
 */
export function matchingRowGroups(
  footer: ParquetFooter,
  schema: LakeSchema,
  partition: PartitionValues,
  where: Predicate,
): number[] {
  const types = tableColumns(schema);
  const ofFolder = boundsWithin(partition, schema);
  return footer.rowGroups.flatMap((group, index) =>
    group.rows > 0 && mayMatch(where, boundsWithinGroup(footer, group, schema, types, ofFolder)) ? [index] : [],
  );
}

function boundsWithinGroup(
  footer: ParquetFooter,
  group: RowGroup,
  { partitionKeys }: LakeSchema,
  types: ReturnType<typeof tableColumns>,
  ofFolder: BoundsOf,
): BoundsOf {
  return (name) => {
    if (partitionKeys.some((key) => sameName(key.name, name))) return ofFolder(name);
    const type = types.find((column) => sameName(column.name, name))?.duckdbType;
    if (type === undefined) return undefined;
    const index = footer.columns.findIndex(({ path: [root = ''] }) => sameName(root, name));
    if (index < 0) return { nulls: 'all' };
    const column = footer.columns[index];
    const chunk = group.chunks[index];
    // A list or struct of the name holds values that are not the column's own.
    if (column === undefined || chunk === undefined || column.path.length > 1) return undefined;
    return boundsOfChunk(column.kind, chunk, type);
  };
}
