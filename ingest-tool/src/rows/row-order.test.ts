import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import type { ColumnValues, RowColumn } from './column-values';
import { keepDistinct } from './deduplicate';
import { compareKeys, orderOf, type RowKeys } from './row-order';

const dictionary = new StringDictionary();
const columns: RowColumn[] = [
  { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
  { name: 'device_id', type: 'text', role: 'device', dictionary },
  { name: 'depth', type: 'double', role: 'depth', dictionary: undefined },
  { name: 'temperature', type: 'float', role: 'variable', dictionary: undefined },
  { name: 'salinity', type: 'float', role: 'variable', dictionary: undefined },
  { name: 'firmware', type: 'text', role: 'about', dictionary },
  { name: 'receive_time', type: 'timestamp', role: 'about', dictionary: undefined },
];

type Row = [
  time: number,
  device: string,
  depth: number,
  temperature: number,
  salinity: number,
  firmware: string | null,
  received: number,
];

function tableOf(rows: readonly Row[]): { values: ColumnValues[]; keys: RowKeys } {
  const id = (text: string | null): number => (text === null ? -1 : dictionary.internText(text));
  const time = Float64Array.from(rows, (row) => row[0]);
  const device = Int32Array.from(rows, (row) => id(row[1]));
  const depth = Float64Array.from(rows, (row) => row[2]);
  const values: ColumnValues[] = [
    time,
    device,
    depth,
    Float32Array.from(rows, (row) => row[3]),
    Float32Array.from(rows, (row) => row[4]),
    Int32Array.from(rows, (row) => id(row[5])),
    Float64Array.from(rows, (row) => row[6]),
  ];
  const ranks = dictionary.ranks();
  return { values, keys: { time, device: device.map((own) => ranks[own] ?? 0), depth } };
}

function distinct(
  rows: readonly Row[],
  fromInput = rows.length,
): { kept: Row[]; duplicates: number; conflicts: number; added: number } {
  const { values, keys } = tableOf(rows);
  const result = keepDistinct(columns, values, keys, orderOf(keys, rows.length), fromInput);
  return { ...result, kept: [...result.kept].map((index) => rows[index] as Row) };
}

const NULL = Number.NaN;
const number = fc.constantFrom(NULL, 0, 1, 2.5);
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.constantFrom(1, 2),
  fc.constantFrom('a', 'b'),
  fc.constantFrom(NULL, 0, 10),
  number,
  number,
  fc.constantFrom(null, 'v1', 'v2'),
  fc.constantFrom(NULL, 5, 6),
);

describe('the order of rows', () => {
  it('is by time, then device, then depth, with unknown depths last', () => {
    const rows: Row[] = [
      [2, 'a', 0, 1, 1, null, NULL],
      [1, 'b', 0, 1, 1, null, NULL],
      [1, 'a', NULL, 1, 1, null, NULL],
      [1, 'a', 10, 1, 1, null, NULL],
      [1, 'a', 2, 1, 1, null, NULL],
    ];
    const { keys } = tableOf(rows);
    expect([...orderOf(keys, rows.length)]).toEqual([4, 3, 2, 1, 0]);
    expect(compareKeys(keys, 2, 2)).toBe(0);
  });
});

describe('keeping each observation once', () => {
  it('gives the same rows whatever the order of the input', () => {
    fc.assert(
      fc.property(
        fc
          .array(row, { maxLength: 30 })
          .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) => {
          expect(distinct(shuffled).kept).toEqual(distinct(rows).kept);
        },
      ),
    );
  });

  it('gives the same rows at once and in two steps, and nothing new in a third', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), fc.array(row, { maxLength: 20 }), (first, second) => {
        const atOnce = distinct([...first, ...second]).kept;
        const inSteps = distinct([...second, ...distinct(first).kept], second.length);
        expect(inSteps.kept).toEqual(atOnce);
        const again = distinct([...second, ...inSteps.kept], second.length);
        expect(again.kept).toEqual(atOnce);
        expect(again.added).toBe(0);
      }),
    );
  });

  it('prefers the row with more measured values, then the one received first', () => {
    const poor: Row = [1, 'a', 0, 9, NULL, null, 1];
    const rich: Row = [1, 'a', 0, 2, 3, null, 7];
    const earlier: Row = [1, 'a', 0, 4, 4, null, 6];
    expect(distinct([poor, rich, earlier]).kept).toEqual([earlier]);
    expect(distinct([poor, rich]).kept).toEqual([rich]);
  });

  it('counts duplicates, and as conflicts those that were measured differently', () => {
    const one: Row = [1, 'a', 0, 1, 1, null, 1];
    const resent: Row = [1, 'a', 0, 1, 1, 'v2', 2];
    const other: Row = [1, 'a', 0, 1, 2, null, 3];
    expect(distinct([one, resent, other])).toMatchObject({ kept: [one], duplicates: 2, conflicts: 1, added: 1 });
    expect(distinct([resent, one], 1)).toMatchObject({ kept: [one], duplicates: 0, conflicts: 0, added: 0 });
  });
});
