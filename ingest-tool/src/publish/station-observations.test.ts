import type { StationDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { unitedStation } from './station-observations';

const early: StationDescription = {
  id: 'glider',
  latitude: 1,
  longitude: 2,
  firstTime: '2024-01-01T00:00:00.000Z',
  lastTime: '2024-01-05T00:00:00.000Z',
  devices: [{ id: 'b', depth: 10 }],
};
const late: StationDescription = {
  id: 'glider',
  latitude: 3,
  longitude: 4,
  firstTime: '2024-01-04T00:00:00.000Z',
  lastTime: '2024-02-01T00:00:00.000Z',
  devices: [{ id: 'a' }, { id: 'b', depth: 5 }],
};

describe('a station that is met again', () => {
  it('stands where it was first, spans all of its observations, and has all of its devices, in either order', () => {
    const expected = {
      id: 'glider',
      latitude: 1,
      longitude: 2,
      firstTime: '2024-01-01T00:00:00.000Z',
      lastTime: '2024-02-01T00:00:00.000Z',
      devices: [{ id: 'a' }, { id: 'b', depth: 5 }],
    };
    expect(unitedStation(early, late)).toEqual(expected);
    expect(unitedStation(late, early)).toEqual(expected);
    expect(unitedStation(expected, late)).toEqual(expected);
  });

  it('keeps its name, and the model and serial number of its devices', () => {
    const named = { ...early, name: 'Glider', devices: [{ id: 'b', depth: 10, model: 'CTD', serialNumber: '7' }] };
    expect(unitedStation(named, late)).toMatchObject({
      name: 'Glider',
      devices: [{ id: 'a' }, { id: 'b', depth: 5, model: 'CTD', serialNumber: '7' }],
    });
  });
});
