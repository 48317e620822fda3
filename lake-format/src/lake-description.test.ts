import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PARTITIONING,
  formatLakeDescription,
  LAKE_FORMAT_VERSION,
  parseLakeDescription,
  type LakeDescription,
} from './lake-description';

const lake: LakeDescription = {
  format: 'tidelake',
  version: LAKE_FORMAT_VERSION,
  title: 'A mooring',
  partitioning: DEFAULT_PARTITIONING,
  columns: [
    { name: 'time', type: 'timestamp', role: 'time' },
    { name: 'temperature', type: 'float', role: 'variable', unit: 'degC', standardName: 'sea_water_temperature' },
  ],
  stations: [
    {
      id: 'wb2',
      latitude: 26.5,
      longitude: -76.75,
      firstTime: '2011-04-28T20:00:00.000Z',
      lastTime: '2012-02-27T19:00:00.000Z',
      devices: [{ id: 'sbe37-3247', depth: 3850 }],
    },
  ],
  totals: { files: 306, bytes: 2_300_000 },
};

describe('lake.json', () => {
  it('is read as it was written', () => {
    expect(parseLakeDescription(formatLakeDescription(lake))).toEqual(lake);
  });

  it('has the same bytes for the same facts, whatever order they were given in', () => {
    const { totals, format, ...rest } = lake;
    expect(formatLakeDescription({ totals, ...rest, format })).toBe(formatLakeDescription(lake));
  });

  it('may hold fields that this version does not know', () => {
    expect(parseLakeDescription(JSON.stringify({ ...lake, colour: 'blue' }))).toEqual(lake);
  });

  it('is refused where it is no JSON, of a later version, or wrong in a field, which is named', () => {
    expect(() => parseLakeDescription('{')).toThrow('not JSON');
    expect(() => parseLakeDescription(JSON.stringify({ ...lake, version: LAKE_FORMAT_VERSION + 1 }))).toThrow(
      'version',
    );
    const [station] = lake.stations;
    const misplaced = { ...lake, stations: [{ ...station, latitude: 91 }] };
    expect(() => parseLakeDescription(JSON.stringify(misplaced))).toThrow('stations[0].latitude');
  });
});
