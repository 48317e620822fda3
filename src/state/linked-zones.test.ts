import { describe, expect, it } from 'vitest';
import { readZones } from '../views/map-view/zones';
import { formatZones, parseZones } from './linked-zones';
import { formatUrlState, parseUrlState } from './url-state';

const square = (west: number, south: number, size: number) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const feature = (name: string, ...coordinates: number[][][][]) => ({
  ...{ type: 'Feature', properties: { name } },
  geometry: { type: 'MultiPolygon', coordinates },
});
const collection = (...features: unknown[]) => readZones(JSON.stringify({ type: 'FeatureCollection', features }));

describe('zones in a link', () => {
  it('are those of the file, with their holes, islands and names, over the antimeridian too', () => {
    const zones = collection(
      feature('North; *of* 60° & “far”!', [square(170, 60, 20), square(175, 65, 1)], [square(-150, 60, 0.25)]),
      feature('~', [square(-3.25, 47.5, 2)]),
    );
    const text = formatZones(zones);
    expect(text && parseZones(text)).toEqual(zones);
    const link = formatUrlState({ lake: '/lake/', zones: text, zone: '~', others: {} });
    expect(parseUrlState(link)).toEqual({ state: { lake: '/lake/', zones: text, zone: '~', others: {} }, notices: [] });
  });

  it('have names of their own, and as many decimals as a map shows', () => {
    const text = formatZones(collection(feature('a', [square(1 / 3, 0, 1)]), feature('a', [square(5, 0, 1)])));
    expect(text).toBe('a;0.3333,0~1.3333,0~1.3333,1~0.3333,1*a+(2);5,0~6,0~6,1~5,1');
  });

  it('are left out where they are too large, and so is what is nothing of the kind', () => {
    const coast = Array.from({ length: 900 }, (_, at) => [Math.cos(at / 143) * 9, Math.sin(at / 143) * 9]);
    expect(formatZones(collection(feature('coast', [[...coast, coast[0] ?? []]])))).toBeUndefined();
    for (const wrong of [
      '',
      'a',
      'a;',
      ';1,2~3,4~5,6',
      'a;1,2~3,4',
      'a;1,2~3,4~5,95',
      'a;1,2~3,4~5,6!',
      '%E0%A4%A;1,2~3,4~5,6',
    ]) {
      expect(parseZones(wrong), wrong).toBeUndefined();
      if (wrong !== '') expect(parseUrlState(`#zones=${wrong}`).notices, wrong).toHaveLength(1);
    }
    expect(parseZones(`a;${'1,2~'.repeat(4000)}1,2`)).toBeUndefined();
  });
});
