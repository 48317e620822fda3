import type { StationDescription } from '@tidelake/lake-format';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DayCoverage } from '../../lake/coverage';
import { readPosition } from './position-text';
import { coverageShares, searchStations, sortStations, stationRows } from './station-rows';

const DAY = 86_400_000;
const covered = (station: string, day: number, rows: number | null, lastDay = day): DayCoverage => ({
  ...{ station, day, lastDay, files: 2, kept: 0, bytes: 10, rows },
});
const stations: StationDescription[] = [
  {
    ...{ id: 'wb2', name: 'RAPID WB2', latitude: 26.5, longitude: -76.7, devices: [{ id: 'sbe37-3220' }] },
    ...{ firstTime: '1970-01-02T06:00:00Z', lastTime: '1970-01-09T00:00:00Z' },
  },
  { id: 'pap', latitude: 49, longitude: -16.5, devices: [] },
];
const rows = stationRows(
  stations,
  [covered('buoy-10', 0, null), covered('buoy-10', 4, 3), covered('wb2', 1, 96), covered('wb2', 8, 90)],
  (longitude) => (longitude < -50 ? 'Sargasso Sea' : 'Celtic Sea'),
);
const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);

describe('the table of stations', () => {
  it('tells of each station what the lake describes and what it holds, and lists stations that have only files', () => {
    expect(rows).toMatchObject([
      { id: 'wb2', name: 'RAPID WB2', first: 1.25 * DAY, last: 8 * DAY, days: 2, files: 4, rows: 186, devices: 1 },
      { id: 'pap', name: 'pap', first: undefined, days: 0, files: 0, rows: 0 },
      { id: 'buoy-10', first: 0, last: 4 * DAY, days: 2, rows: undefined },
    ]);
    expect(stationRows(stations, undefined)[0]).toMatchObject({ days: undefined, files: undefined, rows: undefined });
  });

  it('is searched by name, id, sea and device, or by a position from which the nearest comes first', () => {
    expect(ids(searchStations(rows, ''))).toEqual(['wb2', 'pap', 'buoy-10']);
    expect(ids(searchStations(rows, 'rapid WB'))).toEqual(['wb2']);
    expect(ids(searchStations(rows, 'celtic'))).toEqual(['pap']);
    expect(ids(searchStations(rows, '3220'))).toEqual(['wb2']);
    expect(searchStations(rows, '48° N, 16 W')).toMatchObject([{ id: 'pap' }, { id: 'wb2' }]);
    expect(searchStations(rows, '49 −16.5')[0]?.distance).toBe(0);
    expect(readPosition('91, 0')).toBeUndefined();
    expect(readPosition('buoy 10')).toBeUndefined();
  });

  it('is sorted by every column, with what is not known at the end either way', () => {
    const sorted = (column: 'name' | 'place' | 'first' | 'rows', direction: 'ascending' | 'descending') =>
      ids(sortStations(rows, { column, direction }));
    expect(sorted('name', 'ascending')).toEqual(['buoy-10', 'pap', 'wb2']);
    expect(sorted('place', 'ascending')).toEqual(['pap', 'wb2', 'buoy-10']);
    expect(sorted('first', 'descending')).toEqual(['wb2', 'buoy-10', 'pap']);
    expect(sorted('rows', 'ascending')).toEqual(['pap', 'wb2', 'buoy-10']);
    expect(sorted('rows', 'descending')).toEqual(['wb2', 'pap', 'buoy-10']);
  });
});

it('shows of each stretch of the span the share of its days that have files', () => {
  const span = { from: 0, until: 10 * DAY - 1 };
  expect(coverageShares([covered('a', 0, 1), covered('a', 1, 1), covered('a', 7, 1, 8)], span, 5)).toEqual([
    1, 0, 0, 0.5, 0.5,
  ]);
  const lake = fc.array(fc.tuple(fc.nat(60), fc.nat(9)), { maxLength: 20 });
  fc.assert(
    fc.property(lake, fc.integer({ min: 1, max: 90 }), (files, stretches) => {
      const days = files.toSorted(([a], [b]) => a - b).map(([day, more]) => covered('a', day, 1, day + more));
      const until = 71 * DAY - 1;
      const shares = coverageShares(days, { from: 0, until }, stretches);
      const truth = new Set(
        days.flatMap(({ day, lastDay }) => Array.from({ length: lastDay - day + 1 }, (_, i) => day + i)),
      );
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      if (shares.length === 71) expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(truth.size, 9);
      expect(shares.every((share) => share === 0)).toBe(truth.size === 0);
    }),
  );
});
