import { describe, expect, it } from 'vitest';
import { boundsOfChunk } from './chunk-bounds';
import type { ChunkStatistics, StatisticValue, ValueKind } from './parquet-footer';

const bounds = (kind: ValueKind | undefined, type: string, statistics?: Partial<ChunkStatistics>) =>
  boundsOfChunk(kind, { values: 10, ...(statistics && { statistics: { deprecated: false, ...statistics } }) }, type);
const between = (min: StatisticValue, max: StatisticValue) => ({ min, max });
const utf8 = (text: string) => new TextEncoder().encode(text);
const number = (value: number) => ({ type: 'number', value });
const INTEGER = { type: 'integer', signed: true } as const;
const FLOAT = { type: 'float' } as const;
const TEXT = { type: 'text' } as const;

describe('boundsOfChunk', () => {
  it('says nothing without statistics, and counts nulls of every type', () => {
    expect(bounds(INTEGER, 'INTEGER')).toEqual({});
    expect(bounds(undefined, 'BLOB', { nulls: 0 })).toEqual({ nulls: 'none' });
    expect(bounds(undefined, 'BLOB', { nulls: 3, min: utf8('a') })).toEqual({ nulls: 'some' });
    expect(bounds(undefined, 'BLOB', { nulls: 10 })).toEqual({ nulls: 'all' });
  });

  it('leaves out integers that a double cannot hold', () => {
    expect(bounds(INTEGER, 'BIGINT', between(-5n, 2n ** 60n))).toEqual({ min: number(-5), nan: false });
    expect(bounds(INTEGER, 'DOUBLE', between(1, 2))).toEqual({ min: number(1), max: number(2), nan: false });
  });

  it('never says that floats are not NaN, and passes over ends that are', () => {
    expect(bounds(FLOAT, 'FLOAT', between(-Infinity, 3))).toEqual({ min: number(-Infinity), max: number(3) });
    expect(bounds(FLOAT, 'DOUBLE', between(NaN, NaN))).toEqual({});
  });

  it('takes times of each unit in microseconds, rounded outward', () => {
    const time = (perSecond: 1e3 | 1e6 | 1e9, min: bigint, max: bigint) => {
      const found = bounds({ type: 'timestamp', perSecond }, 'TIMESTAMP', between(min, max));
      return [found.min?.value, found.max?.value];
    };
    expect(time(1e3, -1n, 5n)).toEqual([-1000, 5000]);
    expect(time(1e6, -1n, 5n)).toEqual([-1, 5]);
    expect(time(1e9, -1001n, 1001n)).toEqual([-2, 2]);
    expect(time(1e9, -2000n, 2000n)).toEqual([-2, 2]);
    expect(time(1e6, -(2n ** 62n), 2n ** 62n)).toEqual([undefined, undefined]);
    expect(bounds({ type: 'date' }, 'TIMESTAMP', between(-1, 2)).max).toEqual({ type: 'timestamp', value: 172_800e6 });
  });

  it('rounds text that was cut within a character outward', () => {
    const cut = utf8('aé').subarray(0, 2);
    expect(bounds(TEXT, 'VARCHAR', between(cut, cut))).toEqual({
      min: { type: 'text', value: 'a' },
      max: { type: 'text', value: 'b' },
      nan: false,
    });
    const last = utf8('\u{10ffff}').subarray(0, 3);
    expect(bounds(TEXT, 'VARCHAR', between(last, last))).toEqual({ min: { type: 'text', value: '' }, nan: false });
    expect(bounds(TEXT, 'VARCHAR', { max: Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80) })).toEqual({ nan: false });
  });

  it('gives decimals room for their rounding, and only where the lake has as many places', () => {
    const decimal = { type: 'decimal', scale: 2 } as const;
    const { min, max } = bounds(decimal, 'DECIMAL(9,2)', between(1.1, 1.1));
    expect(min?.value).toBeLessThan(1.1);
    expect(max?.value).toBeGreaterThan(1.1);
    expect(bounds(decimal, 'DECIMAL(9,1)', between(1.1, 1.1))).toEqual({});
    expect(bounds(decimal, 'HUGEINT', between(1.1, 1.1))).toEqual({});
  });

  it('trusts deprecated statistics of signed values only', () => {
    const old = { ...between(1, 2), deprecated: true };
    expect(bounds(INTEGER, 'INTEGER', old).min).toEqual(number(1));
    expect(bounds({ type: 'integer', signed: false }, 'UINTEGER', old)).toEqual({});
    expect(bounds(TEXT, 'VARCHAR', { ...between(utf8('a'), utf8('b')), deprecated: true })).toEqual({});
  });

  it('says nothing of values whose type is not the lake’s', () => {
    expect(bounds(TEXT, 'DOUBLE', between(utf8('1'), utf8('2')))).toEqual({});
    expect(bounds(FLOAT, 'INTEGER', between(1.4, 2.6))).toEqual({});
    expect(bounds({ type: 'boolean' }, 'BOOLEAN', between(false, true)).max).toEqual({ type: 'boolean', value: true });
    expect(bounds({ type: 'boolean' }, 'INTEGER', between(false, true))).toEqual({});
  });
});
