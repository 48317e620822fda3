import type { ColumnDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { flagColumnOf, hiddenFlags } from './flag-column';
import { whereSelection } from './selection';

const columns: ColumnDescription[] = [
  { name: 'temperature', type: 'double', role: 'variable' },
  { name: 'temperature_qc', type: 'integer', role: 'flag' },
  { name: 'PSAL', type: 'double', role: 'variable' },
  { name: 'psal_QC', type: 'text', role: 'flag' },
  { name: 'wind', type: 'double', role: 'variable' },
  { name: 'wind_flag', type: 'integer', role: 'flag' },
  {
    name: 'oxygen_qc',
    type: 'integer',
    role: 'flag',
    flagValues: [0, 1, 2],
    flagMeanings: 'good questionable bad',
  },
];

describe('the flags of a variable', () => {
  it('are in the column of its name, with QARTOD’s values where nothing else is said', () => {
    expect(flagColumnOf('temperature', columns)).toEqual({ column: 'temperature_qc', suspect: 3, fail: 4 });
    expect(flagColumnOf('PSAL', columns)).toEqual({ column: 'psal_QC', suspect: '3', fail: '4' });
    expect(flagColumnOf('oxygen', columns)).toEqual({ column: 'oxygen_qc', suspect: 1, fail: 2 });
    expect(flagColumnOf('wind', columns)).toMatchObject({ column: 'wind_flag' });
    expect(flagColumnOf('depth', columns)).toBeUndefined();
    expect(hiddenFlags(undefined)).toEqual([]);
  });

  it('are those of all variables where there is one column of flags and it is of no variable in particular', () => {
    const depth: ColumnDescription = { name: 'depth', type: 'double', role: 'depth' };
    const quality: ColumnDescription = { name: 'quality', type: 'integer', role: 'flag' };
    expect(flagColumnOf('depth', [depth, quality])).toMatchObject({ column: 'quality' });
    expect(flagColumnOf('depth', [depth, { ...quality, role: 'about' }])).toBeUndefined();
    expect(flagColumnOf('depth', [depth, ...columns.slice(0, 2)])).toBeUndefined();
  });

  it('are left out of a selection, but readings without a flag stay', () => {
    const window = { stations: null, devices: null, from: 0, to: 86_400_000 };
    const of = (variable: string) =>
      whereSelection({ ...window, hidden: hiddenFlags(flagColumnOf(variable, columns)) }, { time: 'time' });
    expect(of('temperature')).toContain('WHERE (temperature_qc IS NULL OR temperature_qc <> 4)\n');
    expect(of('PSAL')).toContain(`("psal_QC" IS NULL OR "psal_QC" <> '4')`);
  });
});
