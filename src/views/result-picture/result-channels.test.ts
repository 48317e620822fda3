import { describe, expect, it } from 'vitest';
import { emptyReceipt } from '../../lake/receipt';
import type { QueryResult, ResultColumn } from '../../workers/protocol';
import { categoriesOf, chooseChannels, columnsFor, isDownward, orderedCategories, withMark } from './result-channels';

const text = (name: string, values: string[]): ResultColumn => ({ name, sqlType: 'VARCHAR', kind: 'text', values });
const number = (name: string, values: number[], valid?: number[]): ResultColumn => ({
  ...{ name, sqlType: 'DOUBLE', kind: 'number', values: Float64Array.from(values) },
  ...(valid && { valid: Uint8Array.from(valid) }),
});
const time = (values: number[]): ResultColumn => ({
  ...{ name: 'time', sqlType: 'TIMESTAMP', kind: 'timestamp', values: Float64Array.from(values) },
});
const answer = (...columns: ResultColumn[]): QueryResult => ({
  columns,
  rowCount: columns[0]?.values.length ?? 0,
  receipt: emptyReceipt(),
});

describe('the picture of an answer', () => {
  it('is chosen from what its columns are', () => {
    const times = time([0, 1, 2]);
    const names = text('device', ['a', 'b', 'a']);
    const [t, s] = [number('t', [1, 2, 3]), number('s', [4, 5, 6])];
    expect(chooseChannels(answer(times, names, t))).toEqual({ mark: 'line', x: 0, y: 2, color: 1 });
    expect(chooseChannels(answer(names, t, s))).toEqual({ mark: 'bar', x: 0, y: 1, color: undefined });
    expect(chooseChannels(answer(names, text('b', ['x', 'y', 'x']), t))).toMatchObject({ mark: 'cell', color: 2 });
    expect(chooseChannels(answer(t, s))).toEqual({ mark: 'dot', x: 0, y: 1, color: undefined });
    expect(chooseChannels(answer(number('month', [1, 2, 3]), t))).toEqual({
      mark: 'line',
      x: 0,
      y: 1,
      color: undefined,
    });
    expect(chooseChannels(answer(t))).toMatchObject({ mark: 'histogram', x: 0 });
    const [hour, day] = [number('hour', [0, 0, 1]), number('day', [1, 2, 1])];
    expect(chooseChannels(answer(hour, day, t))).toEqual({ mark: 'cell', x: 0, y: 1, color: 2 });
  });

  it('has positions as on a map, and depths downward', () => {
    const [latitude, longitude] = [number('lat', [26, 27]), number('lon', [-76, -75])];
    const [depth, t] = [number('mean_depth', [10, 20]), number('t', [1, 2])];
    expect(chooseChannels(answer(latitude, longitude, t))).toEqual({ mark: 'dot', x: 1, y: 0, color: 2 });
    expect(chooseChannels(answer(depth, t))).toEqual({ mark: 'dot', x: 1, y: 0, color: undefined });
    expect([depth, t].map(isDownward)).toEqual([true, false]);
    expect(chooseChannels(answer(time([0, 1]), depth, t))).toMatchObject({ mark: 'line', y: 2 });
  });

  it('puts names in the order of people, and numbers and times in their own', () => {
    expect(orderedCategories(text('id', ['buoy 10', 'buoy 9']), 2, 'UTC')).toEqual(['buoy 9', 'buoy 10']);
    expect(orderedCategories(number('hour', [10, 9, -1, 9]), 4, 'UTC')).toEqual(['-1', '9', '10']);
    expect(orderedCategories(time([86_400_000, 0]), 2, 'UTC')).toEqual(['1970-01-01', '1970-01-02']);
  });

  it('is none where there is no row, or no quantity with a value', () => {
    expect(chooseChannels(answer(number('t', [])))).toBeUndefined();
    expect(chooseChannels(answer(text('a', ['x'])))).toBeUndefined();
    expect(chooseChannels(answer(number('t', [0, 0], [0, 0])))).toBeUndefined();
    // A single row is no picture.
    expect(chooseChannels(answer(number('n', [5]), number('mean', [9])))).toBeUndefined();
  });

  it('does not colour by more names than can be told apart', () => {
    const many = text(
      'id',
      Array.from({ length: 90 }, (_, index) => `n${index}`),
    );
    const value = number(
      'v',
      Array.from({ length: 90 }, (_, index) => index),
    );
    expect(categoriesOf(many, 90)).toHaveLength(41);
    expect(chooseChannels(answer(many, value))).toEqual({ mark: 'histogram', x: 1, y: undefined, color: undefined });
  });

  it('keeps the columns that suit another mark', () => {
    const result = answer(time([0, 1]), text('device', ['a', 'b']), number('t', [1, 2]), number('s', [4, 5]));
    const line = { mark: 'line', x: 0, y: 3, color: 1 } as const;
    expect(withMark(result, line, 'dot')).toEqual({ mark: 'dot', x: 0, y: 3, color: 1 });
    expect(withMark(result, line, 'histogram')).toEqual({ mark: 'histogram', x: 2, y: undefined, color: undefined });
    expect(withMark(result, line, 'cell')).toEqual({ mark: 'cell', x: 0, y: 3, color: 1 });
    expect(withMark(answer(text('a', ['x'])), line, 'line')).toBeUndefined();
    expect(columnsFor(result, 'line', 'x')).toEqual([0, 2, 3]);
  });
});
