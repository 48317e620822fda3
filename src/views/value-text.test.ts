import { describe, expect, it } from 'vitest';
import type { ResultColumn } from '../workers/protocol';
import { cellPlainText, cellText, columnDecimals, formatNumber, formatRounded, formatUnit } from './value-text';

const numbers = (values: number[], sqlType = 'DOUBLE', valid?: number[]): ResultColumn => ({
  name: 'x',
  sqlType,
  kind: 'number',
  values: Float64Array.from(values),
  ...(valid ? { valid: Uint8Array.from(valid) } : {}),
});

describe('a cell', () => {
  it('tells NULL from NaN', () => {
    const column = numbers([1, Number.NaN, 0], 'DOUBLE', [1, 1, 0]);
    expect([0, 1, 2].map((row) => cellText(column, row))).toEqual([
      { text: '1', kind: 'value' },
      { text: 'NaN', kind: 'not-a-number' },
      { text: '∅', kind: 'null' },
    ]);
    expect(cellPlainText(column, 2)).toBe('');
  });

  it('shows times in UTC, and copies them as ISO 8601', () => {
    const column: ResultColumn = {
      name: 't',
      sqlType: 'TIMESTAMP',
      kind: 'timestamp',
      values: Float64Array.of(Date.UTC(2012, 0, 1), Date.UTC(2012, 0, 1, 6, 30, 1)),
    };
    expect(cellText(column, 0).text).toBe('2012-01-01 00:00');
    expect(cellText(column, 1).text).toBe('2012-01-01 06:30:01');
    expect(cellPlainText(column, 1)).toBe('2012-01-01T06:30:01Z');
  });

  it('aligns the decimals of a column, and copies all digits', () => {
    const column = numbers([77.01579435, 1369.435371, -4.5]);
    expect(columnDecimals(column)).toBe(2);
    expect(cellText(column, 0, 2).text).toBe('77.02');
    expect(cellText(column, 2, 2).text).toBe('−4.50');
    expect(cellPlainText(column, 0)).toBe('77.01579435');
  });

  it('shows no decimals that a reading does not have', () => {
    expect(columnDecimals(numbers([24.5, 21.525_600_433_349_61], 'FLOAT'))).toBe(4);
    expect(columnDecimals(numbers([1488, 12]))).toBe(0);
    expect(columnDecimals(numbers([1e-9, 5]))).toBeUndefined();
  });
});

describe('a number', () => {
  it.each([
    [24.5289, 'FLOAT', '24.5289'],
    [21.525_600_433_349_61, 'FLOAT', '21.5256'],
    [-1.5, 'DOUBLE', '−1.5'],
    [Number.NEGATIVE_INFINITY, 'DOUBLE', '−∞'],
    [0.000_012_3, 'DOUBLE', '1.230000e-5'],
  ])('%d (%s) is shown as %s', (value, type, text) => expect(formatNumber(value, type)).toBe(text));

  it('is rounded for summaries', () => {
    expect([2.2064, 24.52891, 1234.56, 0].map(formatRounded)).toEqual(['2.206', '24.529', '1234.6', '0.000']);
  });
});

it.each([
  ['degC', '°C'],
  ['m s-1', 'm s⁻¹'],
  ['1', ''],
  ['kg m-3', 'kg m⁻³'],
  ['degree', '°'],
  ['dbar', 'dbar'],
])('the unit %s is printed as %s', (unit, text) => expect(formatUnit(unit)).toBe(text));
