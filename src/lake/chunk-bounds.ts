import type { ColumnBounds } from './column-bounds';
import { textAfterPrefix } from './literal';
import type { ChunkStatistics, ColumnChunk, StatisticValue, ValueKind } from './parquet-footer';
import type { Literal } from './predicate';

const US_PER_SECOND = 1e6;
const US_PER_DAY = 86_400 * US_PER_SECOND;

/** Decimals come here as doubles after two roundings; this share of a value is more than both can shift it. */
const DECIMAL_SLACK = 2 ** -50;

const NUMBERS = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|HUGEINT|FLOAT|DOUBLE)$/;
const FLOATS = /^(?:FLOAT|DOUBLE)$/;
const TIMES = /^TIMESTAMP/;

/**
 * What the statistics of a column chunk, or of a page of one, say of the values that the lake's table will have, once they are cast to the type of
 * its column. Nothing is said where the cast would not keep their order, or where the statistics may be wrong.
 * @param duckdbType of the lake's column
 */
export function boundsOfChunk(
  kind: ValueKind | undefined,
  chunk: Pick<ColumnChunk, 'statistics' | 'values'>,
  duckdbType: string,
): ColumnBounds {
  const { statistics, values } = chunk;
  if (statistics === undefined) return {};
  const counted = nullsOf(statistics, values);
  if (kind === undefined || !isTrusted(kind, statistics) || !keepsOrder(kind, duckdbType)) return counted;
  const min = statistics.min === undefined ? undefined : literalOf(kind, statistics.min, -1);
  const max = statistics.max === undefined ? undefined : literalOf(kind, statistics.max, 1);
  return {
    ...counted,
    ...(min && { min }),
    ...(max && { max }),
    // Only floats can be NaN, and Parquet does not count those that are.
    ...(kind.type === 'float' ? {} : { nan: false }),
  };
}

function nullsOf({ nulls }: ChunkStatistics, values: number): ColumnBounds {
  if (nulls === undefined) return {};
  return { nulls: nulls === 0 ? 'none' : nulls === values ? 'all' : 'some' };
}

/** Parquet format, `Statistics`: the deprecated fields hold for types whose bytes compare with signs, and for no others. */
function isTrusted(kind: ValueKind, { deprecated }: ChunkStatistics): boolean {
  if (!deprecated) return true;
  return kind.type === 'integer' ? kind.signed : kind.type !== 'text' && kind.type !== 'decimal';
}

/** Whether a greater value of the file is never a smaller one of the lake's column, and none is shifted by the cast. */
function keepsOrder(kind: ValueKind, duckdbType: string): boolean {
  switch (kind.type) {
    case 'boolean':
      return duckdbType === 'BOOLEAN';
    case 'text':
      return duckdbType === 'VARCHAR';
    case 'integer':
      return NUMBERS.test(duckdbType);
    case 'float':
      return FLOATS.test(duckdbType);
    case 'date':
      return duckdbType === 'DATE' || TIMES.test(duckdbType);
    case 'timestamp':
      return TIMES.test(duckdbType);
    case 'decimal': {
      const places = Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(duckdbType)?.[1] ?? -1);
      return duckdbType === 'DOUBLE' || places >= kind.scale;
    }
  }
}

/** @param direction which way to go where a value cannot be said exactly: -1 down, 1 up */
function literalOf(kind: ValueKind, value: StatisticValue, direction: -1 | 1): Literal | undefined {
  if (value instanceof Uint8Array) return kind.type === 'text' ? textOf(value, direction) : undefined;
  if (typeof value === 'boolean') return kind.type === 'boolean' ? { type: 'boolean', value } : undefined;
  switch (kind.type) {
    case 'integer':
      return exactNumber(value);
    case 'float':
      return typeof value === 'number' && !Number.isNaN(value) ? { type: 'number', value } : undefined;
    case 'decimal': {
      const number = Number(value);
      if (!Number.isFinite(number)) return undefined;
      return { type: 'number', value: number + direction * Math.abs(number) * DECIMAL_SLACK };
    }
    case 'date':
      return timestamp(Number(value) * US_PER_DAY);
    case 'timestamp':
      return timestamp(microseconds(BigInt(value), kind.perSecond, direction));
    default:
      return undefined;
  }
}

function exactNumber(value: number | bigint): Literal | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? { type: 'number', value: number } : undefined;
}

function timestamp(us: number): Literal | undefined {
  return Number.isSafeInteger(us) ? { type: 'timestamp', value: us } : undefined;
}

function microseconds(count: bigint, perSecond: number, direction: -1 | 1): number {
  if (perSecond <= US_PER_SECOND) return Number(count) * (US_PER_SECOND / perSecond);
  const perMicrosecond = BigInt(perSecond / US_PER_SECOND);
  const below = (count - (((count % perMicrosecond) + perMicrosecond) % perMicrosecond)) / perMicrosecond;
  return Number(direction < 0 || below * perMicrosecond === count ? below : below + 1n);
}

/** Bytes as text. A writer may have cut them within a character: what is left of it is rounded away, outward. */
function textOf(bytes: Uint8Array, direction: -1 | 1): Literal | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let cut = 0; cut <= Math.min(4, bytes.byteLength); cut++) {
    try {
      const whole = decoder.decode(bytes.subarray(0, bytes.byteLength - cut));
      const value = cut > 0 && direction > 0 ? textAfterPrefix(whole) : whole;
      return value === undefined ? undefined : { type: 'text', value };
    } catch {
      // Not text yet: one byte less.
    }
  }
  return undefined;
}
