import type { ColumnDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { emptyReceipt } from '../lake/receipt';
import type { LakeView } from '../state/lake-view';
import type { QueryResult } from '../workers/protocol';
import { chartPanels } from './series-panels';

const temperature: ColumnDescription = {
  name: 't',
  type: 'double',
  role: 'variable',
  unit: 'degC',
  longName: 'Temperature',
};
const salinity: ColumnDescription = { name: 's', type: 'double', role: 'variable', unit: '1' };

const view: LakeView = {
  ...{ roles: { time: 'time', station: 'station', device: 'device' }, notices: [], span: undefined },
  hidesFailed: false,
  stations: [{ id: 'north', name: 'North', devices: [] }],
  chosenStations: ['north'],
  devices: [{ id: 'upper', depth: 10 }, { id: 'lower' }],
  chosenDevices: ['upper', 'lower'],
  variables: [temperature, salinity],
  chosenVariables: [temperature, salinity],
  variable: temperature,
  selection: { stations: ['north'], devices: null, from: 0, to: 1000 },
};

/** Rows of variable, device, time and value, each with a flag where there is one. */
function answer(rows: [string, string, number, number, string?][]): QueryResult {
  const text = (name: string, values: string[]) => ({ name, sqlType: 'VARCHAR', kind: 'text' as const, values });
  const times = Float64Array.from(rows, ([, , time]) => time);
  const values = Float64Array.from(rows, ([, , , value]) => value);
  return {
    rowCount: rows.length,
    receipt: emptyReceipt(),
    columns: [
      text(
        'variable',
        rows.map(([variable]) => variable),
      ),
      text(
        'station',
        rows.map(() => 'north'),
      ),
      text(
        'device',
        rows.map(([, device]) => device),
      ),
      { name: 'time', sqlType: 'TIMESTAMP', kind: 'timestamp', values: times },
      { name: 'value', sqlType: 'DOUBLE', kind: 'number', values },
      text(
        'flag',
        rows.map(([, , , , flag]) => flag ?? ''),
      ),
    ],
  };
}

const readings = answer([
  ['t', 'lower', 0, 4],
  ['s', 'upper', 0, 35],
  ['t', 'upper', 500, 12],
  ['t', 'upper', 0, 11],
]);
const input = {
  ...{ view, readings, flagged: undefined, climatologies: [], overlay: false, logarithmic: false },
  colors: { upper: 'red', lower: 'blue' },
  zone: 'UTC',
};

describe('the panels of a chart', () => {
  it('are one for each variable, their lines in the order of the devices', () => {
    const panels = chartPanels(input);
    expect(panels.map(({ id }) => id)).toEqual(['t', 's']);
    expect(panels[0]?.axes).toEqual({ left: { label: 'Temperature (°C)', unit: '°C', reversed: false } });
    expect(panels[0]?.series.map(({ name, color, side }) => [name, color, side])).toEqual([
      ['upper · 10 m', 'red', 'left'],
      ['lower', 'blue', 'left'],
    ]);
    expect(panels[0]?.series[0]?.values).toEqual(Float64Array.of(11, 12));
    expect(panels[0]?.summary).toBe(
      'Temperature, 2 devices, 1970-01-01 to 1970-01-01 00:00:01 UTC: 3 points drawn, from 4.000 to 12.000 °C.',
    );
  });

  it('are one for two variables laid over each other, the second dashed against its own unit', () => {
    const [panel, ...others] = chartPanels({ ...input, overlay: true });
    expect(others).toEqual([]);
    expect(panel?.axes.right).toMatchObject({ label: 's' });
    expect(panel?.series.map(({ side, dashed }) => [side, dashed])).toEqual([
      ['left', false],
      ['left', false],
      ['right', true],
    ]);
    const alike = { ...view, chosenVariables: [temperature, { ...salinity, unit: 'degC' }] };
    expect(chartPanels({ ...input, view: alike, overlay: true })[0]?.axes).toEqual({
      left: { label: 'Temperature, s', unit: '°C', reversed: false },
    });
  });

  it('have the flags of their own variable', () => {
    const flagged = answer([
      ['t', 'upper', 0, 11, 'fail'],
      ['t', 'upper', 500, 12, 'suspect'],
    ]);
    const [first, second] = chartPanels({ ...input, flagged });
    expect(first?.flagged.map(({ flag, values }) => [flag, ...values])).toEqual([
      ['fail', 11],
      ['suspect', 12],
    ]);
    expect(second?.flagged).toEqual([]);
  });

  it('are those of an answer about one variable, which does not name it', () => {
    const { columns, ...rest } = answer([['', 'upper', 0, 11]]);
    const only = { ...view, chosenVariables: [temperature] };
    const unnamed = { ...rest, columns: columns.filter(({ name }) => name !== 'variable') };
    expect(chartPanels({ ...input, view: only, readings: unnamed }).map(({ id }) => id)).toEqual(['t']);
    expect(chartPanels({ ...input, readings: answer([]) })).toEqual([]);
  });
});
