import { describe, expect, it } from 'vitest';
import { toWgs84 } from './reference-system';

describe('positions of other reference systems', () => {
  it.each([
    // Published control points; a national datum shift is good to a metre or so.
    ['EPSG:32618', 500_000, 2_931_057.600_43, -75, 26.5, 9],
    ['+proj=utm +zone=18 +datum=WGS84', 500_000, 2_931_057.600_43, -75, 26.5, 9],
    ['epsg:25832', 500_000, 5_761_038.212_4, 9, 52, 8],
    ['EPSG:28992', 155_000, 463_000, 5.387_206, 52.155_174, 5],
    ['EPSG:27700', 651_409.903, 313_177.27, 1.716_052, 52.657_979, 4],
    ['EPSG:2056', 2_600_000, 1_200_000, 7.438_632_5, 46.951_082_9, 5],
    ['EPSG:4258', 10, 50, 10, 50, 9],
    ['EPSG:3857', 1_113_194.907_93, 6_446_275.841_02, 10, 50, 8],
  ])('%s: %d, %d', (system, x, y, longitude, latitude, digits) => {
    const position = toWgs84(system)?.(x, y);
    expect(position?.longitude).toBeCloseTo(longitude, digits);
    expect(position?.latitude).toBeCloseTo(latitude, digits);
  });

  it.each(['', 'EPSG:99999', '+proj=nothing', 'UTM'])('does not know %j', (system) => {
    expect(toWgs84(system)).toBeUndefined();
  });

  it('has no position for coordinates that are none', () => {
    const convert = toWgs84('EPSG:32618');
    expect(convert?.(NaN, 1)).toEqual({ longitude: NaN, latitude: NaN });
    expect(convert?.(Infinity, 1)).toEqual({ longitude: NaN, latitude: NaN });
  });
});
