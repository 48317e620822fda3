import { describe, expect, it } from 'vitest';
import { formatFileDescription, parseFileColumns } from './file-description';
import type { ColumnDescription } from './lake-description';

const columns: ColumnDescription[] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'salinity', type: 'float', role: 'variable', unit: '1', standardName: 'sea_water_practical_salinity' },
];

describe('what a data file says of itself', () => {
  it('gives back its columns with units and standard names', () => {
    expect(parseFileColumns(formatFileDescription({ version: 1, tool: 'tidelake', station: 'wb2', columns }))).toEqual(
      columns,
    );
  });

  it('is nothing where another tool wrote under the same key, or a later version did', () => {
    expect(parseFileColumns('not JSON')).toEqual([]);
    expect(parseFileColumns('{"version":99,"tool":"x","station":"y","columns":[]}')).toEqual([]);
    expect(parseFileColumns('')).toEqual([]);
  });
});
