import { describe, expect, it } from 'vitest';
import { zoneNamed } from './time-zone';

const micros = (text: string) => Date.parse(text) * 1000;
const inZone = (zone: string, local: string) => {
  const utc = zoneNamed(zone)?.(micros(`${local}Z`)) ?? NaN;
  return Number.isNaN(utc) ? 'no such time' : new Date(utc / 1000).toISOString().slice(0, 16);
};

describe('zones by name', () => {
  it.each([
    ['UTC', '2024-07-01T12:00', '2024-07-01T12:00'],
    ['-05:00', '2024-07-01T12:00', '2024-07-01T17:00'],
    ['UTC+0530', '2024-07-01T12:00', '2024-07-01T06:30'],
    ['Europe/Dublin', '2024-07-01T12:00', '2024-07-01T11:00'],
    ['Europe/Dublin', '2024-01-01T12:00', '2024-01-01T12:00'],
    ['Pacific/Apia', '2024-01-01T12:00', '2023-12-31T23:00'],
  ])('%s: %s is %s', (zone, local, utc) => {
    expect(inZone(zone, local)).toBe(utc);
  });

  it('have no hour that a clock skips, and none that it shows twice', () => {
    expect(inZone('Europe/Berlin', '2024-03-31T02:30')).toBe('no such time');
    expect(inZone('Europe/Berlin', '2024-10-27T02:30')).toBe('no such time');
    expect(inZone('Europe/Berlin', '2024-10-27T03:00')).toBe('2024-10-27T02:00');
  });

  it.each(['Atlantis/Poseidonis', '+15:00', '+01:75', 'five'])('are not %s', (zone) => {
    expect(zoneNamed(zone)).toBeUndefined();
  });
});
