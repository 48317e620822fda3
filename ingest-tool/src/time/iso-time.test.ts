import { expect, it } from 'vitest';
import { isoMicros } from './iso-time';

it('reads times to the microsecond, from any zone', () => {
  const second = Date.UTC(2024, 10, 12, 12, 51, 50) * 1000;
  expect(isoMicros('2024-11-12T12:51:50.819853185+00:00')).toBe(second + 819_853);
  expect(isoMicros('2024-11-12T13:51:50.5+0100')).toBe(second + 500_000);
  expect(isoMicros('2024-11-12 12:51:50')).toBe(second);
  expect(isoMicros('1969-12-31T23:59:59.25Z')).toBe(-750_000);
  expect(isoMicros('2024-11-12')).toBe(Date.UTC(2024, 10, 12) * 1000);
  expect(isoMicros('2024-11-12T12:51:50.5Z+0000')).toBe(second + 500_000);
  for (const text of ['', 'yesterday', '2024-11', '2024-13-12T12:51:50Z']) expect(isoMicros(text)).toBeNaN();
});
