import { expect, it } from 'vitest';
import { formatCamera, parseCamera, roundedCamera } from './camera';

it('a camera is rounded to what its zoom shows, and read back as it was written', () => {
  const far = roundedCamera({ zoom: 2.4567, latitude: -12.345678, longitude: 190.123456 });
  expect(far).toEqual({ zoom: 2.46, latitude: -12.3, longitude: -169.9 });
  expect(formatCamera(far)).toBe('2.46/-12.3/-169.9');
  expect(parseCamera(formatCamera(far))).toEqual(far);
  expect(roundedCamera({ zoom: 11, latitude: 1.23456789, longitude: -0.00001 })).toEqual({
    zoom: 11,
    latitude: 1.2346,
    longitude: 0,
  });
});

it.each(['', '1/2', '1/2/3/4', '1/91/0', '1/0/181', '99/0/0', 'a/b/c', '//'])('%j is no camera', (text) => {
  expect(parseCamera(text)).toBeUndefined();
});
