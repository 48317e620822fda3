import { expect, it } from 'vitest';
import { compareNames } from './compare-names';

it('puts names in the order of their numbers and letters, whatever their accents', () => {
  expect(['buoy 10', 'zone', 'ábaco', 'buoy 9', 'Aland'].sort(compareNames)).toEqual([
    'ábaco',
    'Aland',
    'buoy 9',
    'buoy 10',
    'zone',
  ]);
});
