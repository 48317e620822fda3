import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import type { ColumnValues, RowColumn } from './column-values';
import { completeRows } from './complete-rows';
import { keepDistinct } from './deduplicate';
import { keysOf, orderOf } from './row-order';

type Row = [time: number, device: number, temperature: number, humidity: number];

const dictionary = new StringDictionary();
for (const name of ['a', 'b']) dictionary.internText(name);

const columns: RowColumn[] = [
  { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
  { name: 'device_id', type: 'text', role: 'device', dictionary },
  { name: 'temperature', type: 'double', role: 'variable', dictionary: undefined },
  { name: 'humidity', type: 'float', role: 'variable', dictionary: undefined },
];

function united(rows: readonly Row[]): { rows: Row[]; conflicts: number } {
  const values: ColumnValues[] = [
    Float64Array.from(rows, ([time]) => time),
    Int32Array.from(rows, ([, device]) => device),
    Float64Array.from(rows, ([, , temperature]) => temperature),
    Float32Array.from(rows, ([, , , humidity]) => humidity),
  ];
  const keys = keysOf(columns, values);
  const order = orderOf(keys, rows.length);
  completeRows(columns, values, keys, order);
  const { kept, conflicts } = keepDistinct(columns, values, keys, order, rows.length);
  const at = (column: number, row: number): number => Number(values[column]?.[row]);
  return { rows: [...kept].map((row): Row => [at(0, row), at(1, row), at(2, row), at(3, row)]), conflicts };
}

it('puts the single values of an observation into one row', () => {
  const rows: Row[] = [
    [1, 0, 20, NaN],
    [1, 1, NaN, 7],
    [1, 0, NaN, 50],
    [2, 0, 21, NaN],
    [2, 0, 22, NaN],
  ];
  expect(united(rows)).toEqual({
    rows: [
      [1, 0, 20, 50],
      [1, 1, NaN, 7],
      [2, 0, 21, NaN],
    ],
    conflicts: 1,
  });
});

it('gives the same rows whatever the order of single values, and in whatever parts they come', () => {
  const row = fc
    .tuple(fc.constantFrom(1, 2), fc.constantFrom(0, 1), fc.constantFrom(1, 2, 3), fc.boolean())
    .map(([time, device, value, isFirst]): Row => [time, device, isFirst ? value : NaN, isFirst ? NaN : value]);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), fc.nat(), (rows, cut) => {
      const whole = united(rows).rows;
      expect(united([...rows].reverse()).rows).toEqual(whole);
      const place = cut % (rows.length + 1);
      const first = united(rows.slice(0, place)).rows;
      expect(united([...rows.slice(place), ...first]).rows).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});
