import type { ColumnType } from '@tidelake/lake-format';

/** What values are, as far as their order goes: UTC microseconds, whole numbers of any size, and so on. */
export type ValueKind = 'time' | 'whole' | 'real' | 'text' | 'boolean';

/** `time` and `real` are numbers, `whole` are bigints. */
export type Bound = number | bigint | string | boolean;

/** What is known of one column of one file. Bounds lie outside of every value, NaN aside; null where nothing is known. */
export interface ColumnStatistics {
  kind: ValueKind;
  min: Bound | null;
  max: Bound | null;
  /** How many rows are null. */
  nulls: number | null;
}

/** Of a column that the file does not have: each of its rows reads as null. */
export function absentStatistics(rows: number): ColumnStatistics {
  return { kind: 'real', min: null, max: null, nulls: rows };
}

/** The kind of values that a column of the lake holds. */
export function kindOfType(type: ColumnType): ValueKind {
  switch (type) {
    case 'timestamp':
      return 'time';
    case 'integer':
    case 'bigint':
      return 'whole';
    case 'double':
    case 'float':
      return 'real';
    default:
      return type;
  }
}

/**
 * A bound in the type of the lake's column, rounded outward where that cannot hold it.
 * @param direction -1 for a lower bound, 1 for an upper one
 * @returns null where the cast to that type would not keep the order of values, or cannot be said in it
 */
export function boundAs(type: ColumnType, kind: ValueKind, bound: Bound | null, direction: -1 | 1): Bound | null {
  if (bound === null) return null;
  const wanted = kindOfType(type);
  if (wanted === 'real') {
    const real = typeof bound === 'bigint' ? doubleOf(bound, direction) : bound;
    if (typeof real !== 'number' || (kind !== 'whole' && kind !== 'real')) return null;
    return type === 'float' ? floatOf(real, direction) : real;
  }
  if (kind !== wanted) return null;
  if (typeof bound !== 'bigint') return bound;
  return BigInt.asIntN(type === 'integer' ? 32 : 64, bound) === bound ? bound : null;
}

/** The nearest double that is not on the inner side of an integer. */
function doubleOf(value: bigint, direction: -1 | 1): number | null {
  const nearest = Number(value);
  if (!Number.isFinite(nearest)) return null;
  const beyond = direction < 0 ? BigInt(nearest) <= value : BigInt(nearest) >= value;
  return beyond ? nearest : nearest + direction * 2 ** (Math.floor(Math.log2(Math.abs(nearest))) - 52);
}

const FLOAT_WORD = new Int32Array(1);
const FLOAT_VALUE = new Float32Array(FLOAT_WORD.buffer);

/** The nearest 32-bit float that is not on the inner side of a double. */
function floatOf(value: number, direction: -1 | 1): number {
  const nearest = Math.fround(value);
  if (direction < 0 ? nearest <= value : nearest >= value) return nearest;
  FLOAT_VALUE[0] = nearest;
  // Neighbouring floats of one sign are neighbouring integers.
  const step = nearest === 0 ? 0 : nearest > 0 === direction > 0 ? 1 : -1;
  if (step === 0) return direction * 2 ** -149;
  FLOAT_WORD[0] = (FLOAT_WORD[0] ?? 0) + step;
  return FLOAT_VALUE[0];
}
