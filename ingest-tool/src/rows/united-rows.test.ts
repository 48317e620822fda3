import type { ColumnType } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { NULL_BIGINT, type ColumnValues } from './column-values';
import { SchemaClash, uniteRows, type SourceRows } from './united-rows';

const dictionary = new StringDictionary();

function source(path: string, columns: [name: string, type: ColumnType, values: ColumnValues][]): SourceRows {
  return {
    path,
    count: columns[0]?.[2].length ?? 0,
    columns: columns.map(([name, type]) => ({
      name,
      type,
      role: 'variable',
      dictionary: type === 'text' ? dictionary : undefined,
    })),
    values: columns.map(([, , values]) => values),
  };
}

describe('rows of several files', () => {
  it('are widened to the type that holds both, and null where a file lacks a column', () => {
    const one = source('1', [
      ['n', 'integer', Float64Array.of(1, Number.NaN)],
      ['x', 'float', Float32Array.of(0.5, 1)],
    ]);
    const other = source('2', [['n', 'bigint', BigInt64Array.of(2n ** 60n)]]);
    const { columns, values, count } = uniteRows([one, other], []);
    expect(count).toBe(3);
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['n', 'bigint'],
      ['x', 'float'],
    ]);
    expect(values[0]).toEqual(BigInt64Array.of(1n, NULL_BIGINT, 2n ** 60n));
    expect(values[1]).toEqual(Float32Array.of(0.5, 1, Number.NaN));
  });

  it('have columns in an order that does not depend on the order of files, those of the lake first', () => {
    const one = source('1', [['b', 'double', Float64Array.of(1)]]);
    const other = source('2', [
      ['a', 'double', Float64Array.of(1)],
      ['b', 'double', Float64Array.of(2)],
    ]);
    const names = (files: SourceRows[], first: string[]): string[] =>
      uniteRows(files, first).columns.map(({ name }) => name);
    expect(names([one, other], [])).toEqual(['a', 'b']);
    expect(names([other, one], [])).toEqual(['a', 'b']);
    expect(names([one, other], ['z', 'b'])).toEqual(['b', 'a']);
  });

  it('clash where no type holds both, unless a file has no value at all', () => {
    const text = source('text', [['x', 'text', Int32Array.of(dictionary.internText('warm'))]]);
    const number = source('number', [['x', 'double', Float64Array.of(1)]]);
    const nothing = source('nothing', [['x', 'double', Float64Array.of(Number.NaN)]]);
    expect(() => uniteRows([number, text], [])).toThrow(SchemaClash);
    expect(() => uniteRows([number, text], [])).toThrow('number has x as double, text as text');
    expect(uniteRows([nothing, text], []).columns[0]?.type).toBe('text');
  });

  it('clash where a whole number would be rounded', () => {
    const whole = source('whole', [['x', 'bigint', BigInt64Array.of(2n ** 60n)]]);
    const real = source('real', [['x', 'double', Float64Array.of(0.5)]]);
    expect(() => uniteRows([whole, real], [])).toThrow(SchemaClash);
  });
});
