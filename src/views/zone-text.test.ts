import { expect, it } from 'vitest';
import { formatInZone, formatWindow, parseInZone } from './zone-text';

it('shows an instant in UTC as everywhere, and in other zones with their own clock', () => {
  const noon = Date.UTC(2012, 6, 1, 12);
  expect(formatInZone(noon, 'UTC')).toBe('2012-07-01 12:00');
  expect(formatInZone(noon, 'Europe/Berlin')).toBe('2012-07-01 14:00');
  expect(formatInZone(Date.UTC(2012, 0, 1), 'America/New_York')).toBe('2011-12-31 19:00');
  expect(formatInZone(noon + 15_250, 'Asia/Kolkata')).toBe('2012-07-01 17:30:15.250');
});

it('reads what the clocks of a zone show, also around the days on which they are changed', () => {
  const summer = { from: Date.UTC(2012, 5, 30, 22), to: Date.UTC(2012, 6, 1, 12) };
  expect(formatWindow(summer, 'Europe/Berlin')).toBe('2012-07-01 00:00 to 2012-07-01 14:00 Europe/Berlin');
  expect(formatWindow(summer, 'UTC')).toBe('2012-06-30 22:00 to 2012-07-01 12:00 UTC');
  expect(parseInZone('2012-07-01', 'Europe/Berlin')).toBe(summer.from);
  expect(parseInZone('2012-07-01 12:00Z', 'Europe/Berlin')).toBe(summer.to);
  expect(parseInZone('yesterday', 'Europe/Berlin')).toBeUndefined();
  for (const zone of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia']) {
    for (let time = Date.UTC(2011, 9, 1); time < Date.UTC(2012, 9, 1); time += 41 * 3_600_000 + 900_000) {
      const text = formatInZone(time, zone);
      expect(formatInZone(parseInZone(text, zone) ?? Number.NaN, zone), `${text} ${zone}`).toBe(text);
    }
  }
  // On 25 March two o'clock became three, on 28 October three became two.
  expect(parseInZone('2012-03-25 02:30', 'Europe/Berlin')).toBe(Date.UTC(2012, 2, 25, 1, 30));
  expect(parseInZone('2012-03-25 03:30', 'Europe/Berlin')).toBe(Date.UTC(2012, 2, 25, 1, 30));
  expect(parseInZone('2012-10-28 02:30', 'Europe/Berlin')).toBe(Date.UTC(2012, 9, 28, 0, 30));
});
