import { expect, it } from 'vitest';
import type { LakeSummary } from '../workers/protocol';
import { viewLake } from './lake-view';
import { pageParameters, valuesFor } from './page-parameters';

const lake: LakeSummary = {
  url: '/lake/',
  title: 'Lake',
  foreign: false,
  partitioning: [{ name: 'station', type: 'text' }],
  columns: [
    { name: 'time', type: 'timestamp', role: 'time' },
    { name: 'sst', type: 'float', role: 'variable' },
  ],
  stations: [
    { id: 'a', latitude: 10, longitude: -20, devices: [{ id: 'x' }] },
    { id: 'b', latitude: 12, longitude: -25, devices: [] },
  ],
  totals: null,
};

it('gives SQL the page’s window, stations, devices and their box, and only what the SQL names', () => {
  const view = viewLake(lake, { others: {}, stations: ['a', 'b'], from: 0, to: 86_400_000 });
  if ('reason' in view) throw new Error(view.reason);
  const parameters = pageParameters(view);
  expect(valuesFor(['to', 'from', 'bbox', 'mine'], parameters)).toEqual({
    from: new Date(0),
    to: new Date(86_400_000),
    bbox: [-25, 10, -20, 12],
  });
  expect(valuesFor(['stations', 'devices'], parameters)).toEqual({ stations: ['a', 'b'], devices: ['x'] });
  expect(valuesFor([], parameters)).toBeUndefined();
});

it('gives stations that are numbered as numbers', () => {
  const numbered: LakeSummary = { ...lake, partitioning: [{ name: 'wmo', type: 'integer' }] };
  const stations = ['6901234', '999999999999999999'].map((id) => ({ id, devices: [] }));
  const view = viewLake({ ...numbered, stations }, { others: {}, stations: stations.map(({ id }) => id) });
  if ('reason' in view) throw new Error(view.reason);
  expect(valuesFor(['stations'], pageParameters(view))).toEqual({ stations: [6901234, '999999999999999999'] });
});

it('gives nothing of what the page does not have', () => {
  expect(valuesFor(['from', 'bbox'], pageParameters(undefined))).toBeUndefined();
});
