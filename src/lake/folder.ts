import { parsePartitionPath, type PartitionKey } from '@tidelake/lake-format';
import type { BoundsOf, ColumnBounds } from './column-bounds';
import { sameName, type LakeSchema } from './lake-schema';
import { timeBoundsOf } from './time-partitions';

/** Values of partition keys by name: null for the null folder; absent where no folder says. */
export type PartitionValues = Record<string, string | null>;

/** The partition values of a folder (ending in `/`) or file below the lake's root, by the names of the lake's keys. */
export function partitionOf(path: string, schema: LakeSchema): PartitionValues {
  const values: PartitionValues = {};
  for (const { key: name, value } of parsePartitionPath(path).partitions) {
    const key = schema.partitionKeys.find((candidate) => sameName(candidate.name, name));
    if (key !== undefined) values[key.name] = value;
  }
  return values;
}

/** What is known of each column for rows below a folder with these partition values. */
export function boundsWithin(partition: PartitionValues, schema: LakeSchema): BoundsOf {
  const known = new Map<string, ColumnBounds | undefined>();
  return (column) => {
    if (!known.has(column)) known.set(column, boundsOfColumn(column, partition, schema));
    return known.get(column);
  };
}

function boundsOfColumn(column: string, partition: PartitionValues, schema: LakeSchema): ColumnBounds | undefined {
  const key = schema.partitionKeys.find((candidate) => sameName(candidate.name, column));
  if (key !== undefined) {
    const value = partition[key.name];
    return value === undefined ? undefined : boundsOfValue(key, value);
  }
  const isTime = schema.timeColumn !== null && sameName(column, schema.timeColumn);
  return isTime ? timeBoundsOf(partition, schema.exact) : undefined;
}

/** The first text after all keys that start with a folder's path, which ends in `/`. */
export function afterFolder(folder: string): string {
  // `0` is the character after `/`.
  return `${folder.slice(0, -1)}0`;
}

function boundsOfValue(key: PartitionKey, value: string | null): ColumnBounds | undefined {
  if (value === null) return { nulls: 'all' };
  if (key.type === 'text') return { min: { type: 'text', value }, max: { type: 'text', value }, nulls: 'none' };
  const number = /^-?\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number)) return undefined;
  const literal = { type: 'number', value: number } as const;
  return { min: literal, max: literal, nulls: 'none', nan: false };
}
