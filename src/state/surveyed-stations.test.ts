import { expect, it } from 'vitest';
import { emptyReceipt } from '../lake/receipt';
import type { ResultColumn } from '../workers/protocol';
import { surveyedStations } from './surveyed-stations';

const text = (name: string, values: string[], valid?: number[]): ResultColumn => ({
  name,
  sqlType: 'VARCHAR',
  kind: 'text',
  values,
  ...(valid ? { valid: Uint8Array.from(valid) } : {}),
});
const number = (name: string, values: number[], valid?: number[]): ResultColumn => ({
  name,
  sqlType: 'DOUBLE',
  kind: 'number',
  values: Float64Array.from(values),
  ...(valid ? { valid: Uint8Array.from(valid) } : {}),
});
const time = (name: string, values: number[]): ResultColumn => ({
  name,
  sqlType: 'TIMESTAMP',
  kind: 'timestamp',
  values: Float64Array.from(values),
});

it('gathers devices, span and position of each station', () => {
  const stations = surveyedStations({
    rowCount: 3,
    receipt: emptyReceipt(),
    columns: [
      text('station', ['north', 'north', 'south']),
      text('device', ['a', 'b', ''], [1, 1, 0]),
      time('first_time', [86_400_000, 0, 0]),
      time('last_time', [172_800_000, 86_400_000, 0]),
      number('latitude', [60, 60, 999]),
      number('longitude', [-10, -10, 0]),
      number('depth', [49.7, 0, 0], [1, 0, 0]),
    ],
  });
  expect(stations).toEqual([
    {
      id: 'north',
      latitude: 60,
      longitude: -10,
      firstTime: '1970-01-01T00:00:00.000Z',
      lastTime: '1970-01-03T00:00:00.000Z',
      devices: [{ id: 'a', depth: 50 }, { id: 'b' }],
    },
    { id: 'south', firstTime: '1970-01-01T00:00:00.000Z', lastTime: '1970-01-01T00:00:00.000Z', devices: [] },
  ]);
});

it('makes one station of a lake that names none', () => {
  const [only] = surveyedStations({ rowCount: 1, receipt: emptyReceipt(), columns: [number('station', [0], [0])] });
  expect(only).toEqual({ id: 'all', devices: [] });
});
