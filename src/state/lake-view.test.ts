import { describe, expect, it } from 'vitest';
import type { LakeSummary } from '../workers/protocol';
import { lastFullMonth, presetWindow, stepWindow, viewLake, wholeRecord } from './lake-view';

const smallLake: LakeSummary = {
  url: '/lake/',
  title: 'A mooring',
  foreign: false,
  partitioning: [{ name: 'station', type: 'text' }],
  columns: [
    { name: 'time', type: 'timestamp', role: 'time' },
    { name: 'device_id', type: 'text', role: 'device' },
    { name: 'depth', type: 'double', role: 'depth' },
    { name: 'temperature', type: 'float', role: 'variable', unit: 'degC' },
  ],
  stations: [
    {
      id: 'rapid-wb2',
      firstTime: '2011-04-28T12:00:00Z',
      lastTime: '2012-02-27T10:30:00Z',
      devices: [
        { id: 'lower', depth: 3850 },
        { id: 'upper', depth: 50 },
        { id: 'middle', depth: 400 },
      ],
    },
    { id: 'the-other', devices: [] },
  ],
  totals: { files: 306, bytes: 3_000_000 },
};

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const window = (from: string, to: string) => ({ from: day(from), to: day(to) });

describe('the default view of a lake', () => {
  const view = viewLake(smallLake, { others: {} });

  it('is the first station, all devices by depth, the first variable and the last full month', () => {
    expect(view).toMatchObject({
      chosenStations: ['rapid-wb2'],
      chosenDevices: ['upper', 'middle', 'lower'],
      variable: { name: 'temperature' },
      selection: { stations: ['rapid-wb2'], devices: null, ...window('2012-01-01', '2012-02-01') },
      notices: [],
    });
  });

  it('drops what the lake does not have, and says so', () => {
    expect(viewLake(smallLake, { devices: ['lower', 'lost'], variables: ['oxygen'], others: {} })).toMatchObject({
      chosenDevices: ['lower'],
      variable: { name: 'temperature' },
      selection: { devices: ['lower'] },
      notices: [expect.stringContaining('lost'), expect.stringContaining('oxygen')],
    });
  });

  it('keeps an empty choice of devices empty', () => {
    expect(viewLake(smallLake, { devices: [], others: {} })).toMatchObject({
      selection: { devices: [] },
    });
  });

  it('draws several variables in their order, of which the first is that of the table', () => {
    const drawn = viewLake(smallLake, { variables: ['depth', 'none', 'temperature', 'depth'], others: {} });
    expect(drawn).toMatchObject({
      variable: { name: 'depth' },
      chosenVariables: [{ name: 'depth' }, { name: 'temperature' }],
      notices: ['This lake has no variable “none”.'],
    });
  });

  it('leaves out what is flagged as fail where the link says so and the lake has flags', () => {
    expect(viewLake(smallLake, { flags: ['hide-fail'], others: {} })).toMatchObject({ selection: { hidden: [] } });
    const columns: LakeSummary['columns'] = [
      ...smallLake.columns,
      { name: 'temperature_qc', type: 'integer', role: 'flag' },
    ];
    expect(viewLake({ ...smallLake, columns }, { flags: ['hide-fail'], others: {} })).toMatchObject({
      hidesFailed: true,
      selection: { hidden: [{ column: 'temperature_qc', value: 4 }] },
    });
  });

  it('says why a lake without time cannot be drawn', () => {
    expect(viewLake({ ...smallLake, columns: [] }, { others: {} })).toHaveProperty('reason');
  });
});

describe('a window', () => {
  it('of the last full month leaves out a month that has begun', () => {
    expect(lastFullMonth(window('2011-04-28', '2012-02-28'))).toEqual(window('2012-01-01', '2012-02-01'));
    expect(lastFullMonth(window('2011-04-28', '2012-02-01'))).toEqual(window('2012-01-01', '2012-02-01'));
    expect(lastFullMonth(window('2012-02-03', '2012-02-28'))).toEqual(window('2012-02-03', '2012-02-28'));
  });

  it('of a month steps by the calendar, others by their length', () => {
    expect(stepWindow(window('2012-01-01', '2012-02-01'), 1)).toEqual(window('2012-02-01', '2012-03-01'));
    expect(stepWindow(window('2012-03-01', '2012-04-01'), -1)).toEqual(window('2012-02-01', '2012-03-01'));
    expect(stepWindow(window('2012-01-01', '2012-01-08'), -1)).toEqual(window('2011-12-25', '2012-01-01'));
  });

  it('preset stays where the reader is, and shows the newest part of a whole record', () => {
    const span = window('2011-04-28', '2012-02-28');
    expect(presetWindow('day', window('2011-06-01', '2011-07-01'), span)).toEqual(window('2011-06-01', '2011-06-02'));
    expect(presetWindow('week', span, span)).toEqual(window('2012-02-21', '2012-02-28'));
    expect(presetWindow('month', span, span)).toEqual(window('2012-01-01', '2012-02-01'));
    expect(presetWindow('all', window('2011-06-01', '2011-07-01'), span)).toEqual(span);
  });

  it('offers the whole record only where it is more than the window', () => {
    const span = window('2011-04-28', '2012-02-28');
    const seen = (selection: { from: number; to: number }) =>
      wholeRecord({ span, selection: { stations: null, devices: null, ...selection } });
    expect(seen(window('2011-06-01', '2011-07-01'))).toEqual(span);
    expect(seen(span)).toBeUndefined();
    expect(seen(window('2001-01-01', '2021-01-01'))).toBeUndefined();
  });
});
