import { DateDay, Decimal, Field, List, makeVector, Struct, Utf8, vectorFromArray, type DataType } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { ForeignValues } from './foreign-values';

/** Takes values through, and gives their numbers and what comes out. */
function passed(type: DataType, values: unknown[]): { ids: number[]; out: unknown[] } {
  const foreign = new ForeignValues(type);
  const dictionary = new StringDictionary();
  const ids = [...vectorFromArray(values, type)].map((value) =>
    value === null ? -1 : foreign.intern(value, dictionary),
  );
  return { ids, out: [...makeVector(foreign.columnOf('x', ids))] };
}

describe('values of foreign types', () => {
  it('come out as they went in, equal ones with the same number', () => {
    const decimal = (value: number): Uint32Array => Uint32Array.of(value, 0, 0, 0);
    const { ids, out } = passed(new Decimal(3, 9, 128), [decimal(1), null, decimal(2), decimal(1)]);
    expect(ids).toEqual([0, -1, 1, 0]);
    expect(out.map((value) => (value instanceof Uint32Array ? value[0] : value))).toEqual([1, null, 2, 1]);
    const days = [new Date('1969-12-30'), new Date('2025-11-01')];
    expect(passed(new DateDay(), days).out.map(Number)).toEqual(days.map(Number));
  });

  it('tell nested values apart, and nulls within from values', () => {
    const type = new List(new Field('item', new Struct([new Field('a', new Utf8(), true)]), true));
    const { ids, out } = passed(type, [[{ a: 'x' }], [{ a: null }], [], [null], [{ a: 'x' }]]);
    expect(ids).toEqual([0, 1, 2, 3, 0]);
    expect(JSON.stringify(out)).toBe('[[{"a":"x"}],[{"a":null}],[],[null],[{"a":"x"}]]');
  });

  it('are the nearest doubles where they are decimals', () => {
    const foreign = new ForeignValues(new Decimal(3, 38, 128));
    const dictionary = new StringDictionary();
    const doubleOf = (digits: bigint) => {
      const limbs = Uint32Array.from({ length: 4 }, (_, limb) => Number((digits >> BigInt(32 * limb)) & 0xffffffffn));
      return foreign.decimalOf(foreign.intern(limbs, dictionary));
    };
    expect([0n, 1n, -1n, 1234n, -9007199254740993n].map(doubleOf)).toEqual([
      0, 0.001, -0.001, 1.234, -9007199254740.993,
    ]);
    expect(doubleOf(-(10n ** 37n))).toBe(-1e34);
    expect(new ForeignValues(new Utf8()).decimalOf(0)).toBeUndefined();
  });

  it('are named as SQL has them, and refused where they would come out as another type', () => {
    expect(new ForeignValues(new Decimal(3, 9, 128)).name).toBe('DECIMAL(9, 3)');
    const lost = new ForeignValues(new Utf8(), 'UUID');
    expect(() => lost.columnOf('id', [])).toThrow('the UUID values of id cannot be written as they are');
  });
});
