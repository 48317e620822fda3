import { describe, expect, it } from 'vitest';
import { ambiguousDate, parseTimeText, type DateOrder } from './time-text';
import { UTC_ZONE, zoneNamed } from './time-zone';

const read = (text: string, order?: DateOrder, zone = UTC_ZONE) => {
  const micros = parseTimeText(text, { order, zone });
  return Number.isNaN(micros) ? undefined : new Date(micros / 1000).toISOString();
};

describe('times as people and loggers write them', () => {
  it.each<[text: string, order: DateOrder | undefined, time: string | undefined]>([
    ['2024-02-29T13:05:06.250Z', undefined, '2024-02-29T13:05:06.250Z'],
    ['2024/2/9 3:05', undefined, '2024-02-09T03:05:00.000Z'],
    ['2024-02-29 24:00', undefined, '2024-03-01T00:00:00.000Z'],
    ['09/02/2024 3:05 PM', 'dmy', '2024-02-09T15:05:00.000Z'],
    ['09/02/2024 12:05 am', 'mdy', '2024-09-02T00:05:00.000Z'],
    ['24-02-09 10:00', 'ymd', '2024-02-09T10:00:00.000Z'],
    ['9-Feb-2024 10:00', undefined, '2024-02-09T10:00:00.000Z'],
    ['February 9, 2024 10:00', undefined, '2024-02-09T10:00:00.000Z'],
    ['20240209100000', undefined, '2024-02-09T10:00:00.000Z'],
    ['2011 04 28 20.00028', undefined, '2011-04-28T20:00:01.008Z'],
    ['2024 2 9 10 5', undefined, '2024-02-09T10:05:00.000Z'],
    ['2024 2 9 10 5 6,5', undefined, '2024-02-09T10:05:06.500Z'],
    ['2024 2 9', undefined, '2024-02-09T00:00:00.000Z'],
    ['2024 2 9 10.5 5', undefined, undefined],
    ['2024 2 9 10 75.5', undefined, undefined],
    ['1707472800', undefined, '2024-02-09T10:00:00.000Z'],
    ['2023-02-29 10:00', undefined, undefined],
    ['2024-02-09 25:00', undefined, undefined],
    ['09/02/2024', undefined, undefined],
    ['soon', 'dmy', undefined],
  ])('%s (%s) is %s', (text, order, time) => {
    expect(read(text, order)).toBe(time);
  });

  it('are in the zone of the rule where they name none', () => {
    const berlin = zoneNamed('Europe/Berlin');
    expect(read('2024-07-01 12:00', undefined, berlin)).toBe('2024-07-01T10:00:00.000Z');
    expect(read('2024-07-01 12:00 +05:30', undefined, berlin)).toBe('2024-07-01T06:30:00.000Z');
  });

  it('show where the order of their numbers is not plain', () => {
    expect(ambiguousDate('03.04.2024 10:00')).toEqual({ first: 3, second: 4 });
    expect(ambiguousDate('2024-04-03')).toBeUndefined();
  });
});
