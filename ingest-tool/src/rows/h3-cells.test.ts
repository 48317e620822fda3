import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { h3Cells, h3Column } from './h3-cells';
import type { RowColumn } from './column-values';

const columns: RowColumn[] = [
  { name: 'lat', type: 'double', role: 'latitude', dictionary: undefined },
  { name: 'lon', type: 'double', role: 'longitude', dictionary: undefined },
];

describe('the H3 cells of rows', () => {
  it('are those of their positions, null where there is none, in the order asked for', () => {
    const dictionary = new StringDictionary();
    // The first position and its cells are the example of the H3 documentation.
    const values = [Float64Array.of(37.3615593, Number.NaN, 0), Float64Array.of(-122.0553238, 1, 0)];
    const cells = (resolution: number): (string | null)[] =>
      Array.from(h3Cells(columns, values, Uint32Array.of(1, 0, 0, 2), resolution, dictionary), (id) =>
        id < 0 ? null : dictionary.textOf(id),
      );
    expect(cells(7)).toEqual([null, '87283472bffffff', '87283472bffffff', '87754e64dffffff']);
    expect(cells(5)[1]).toBe('85283473fffffff');
  });

  it('are null in a lake without positions', () => {
    expect([...h3Cells([], [], Uint32Array.of(0), 7, new StringDictionary())]).toEqual([-1]);
    expect(h3Column(7)).toMatchObject({ name: 'h3_cell', longName: 'H3 cell of resolution 7' });
  });
});
