import { expect, it } from 'vitest';
import { formatInZone } from './zone-text';

it('shows an instant in UTC as everywhere, and in other zones with their own clock', () => {
  const noon = Date.UTC(2012, 6, 1, 12);
  expect(formatInZone(noon, 'UTC')).toBe('2012-07-01 12:00');
  expect(formatInZone(noon, 'Europe/Berlin')).toBe('2012-07-01 14:00');
  expect(formatInZone(Date.UTC(2012, 0, 1), 'America/New_York')).toBe('2011-12-31 19:00');
  expect(formatInZone(noon + 15_250, 'Asia/Kolkata')).toBe('2012-07-01 17:30:15.250');
});
