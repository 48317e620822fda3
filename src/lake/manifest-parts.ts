import type { ManifestIndex, ManifestPart } from '@tidelake/lake-format';
import { mayMatch, type ColumnBounds } from './column-bounds';
import { sameName, type LakeSchema } from './lake-schema';
import type { Literal, Predicate } from './predicate';

/** The parts of a manifest that may name files in which rows fulfil a condition. */
export function matchingParts({ parts }: ManifestIndex, schema: LakeSchema, where: Predicate): ManifestPart[] {
  return parts.filter((part) => part.files > 0 && mayMatch(where, (column) => boundsOfPart(part, schema, column)));
}

function boundsOfPart({ keys, time }: ManifestPart, schema: LakeSchema, column: string): ColumnBounds | undefined {
  const key = schema.partitionKeys.find(({ name }) => sameName(name, column));
  if (key !== undefined) {
    const [min, max] = (Object.hasOwn(keys, key.name) ? keys[key.name] : undefined) ?? [];
    if (min === undefined || max === undefined) return undefined;
    // A key that is read as a number now may have been text when the manifest was written.
    if ((key.type === 'integer') !== (typeof min === 'number')) return undefined;
    return { min: literalOf(min), max: literalOf(max), nulls: 'none', nan: false };
  }
  const isTime = schema.timeColumn !== null && sameName(schema.timeColumn, column);
  if (!isTime || time === null) return undefined;
  const [first, last] = time;
  return { min: { type: 'timestamp', value: first }, max: { type: 'timestamp', value: last } };
}

function literalOf(value: string | number): Literal {
  return typeof value === 'number' ? { type: 'number', value } : { type: 'text', value };
}
