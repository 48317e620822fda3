import type { ColumnDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { flagColumnOf, hiddenFlags } from './flag-column';
import { whereSelection } from './selection';

const columns: ColumnDescription[] = [
  { name: 'temperature', type: 'double', role: 'variable' },
  { name: 'temperature_qc', type: 'integer', role: 'flag' },
  { name: 'PSAL', type: 'double', role: 'variable' },
  { name: 'psal_QC', type: 'text', role: 'about' },
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
    expect(flagColumnOf('depth', columns)).toBeUndefined();
    expect(hiddenFlags(undefined)).toEqual([]);
  });

  it('are left out of a selection, but readings without a flag stay', () => {
    const window = { stations: null, devices: null, from: 0, to: 86_400_000 };
    const of = (variable: string) =>
      whereSelection({ ...window, hidden: hiddenFlags(flagColumnOf(variable, columns)) }, { time: 'time' });
    expect(of('temperature')).toContain('WHERE (temperature_qc IS NULL OR temperature_qc <> 4)\n');
    expect(of('PSAL')).toContain(`("psal_QC" IS NULL OR "psal_QC" <> '4')`);
  });
});
