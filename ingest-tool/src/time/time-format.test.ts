import { describe, expect, it } from 'vitest';
import { timeFormatReader } from './time-format';

const iso = (format: string, text: string): string => {
  const micros = timeFormatReader(format)?.(text) ?? NaN;
  return Number.isNaN(micros) ? 'no time' : new Date(micros / 1000).toISOString();
};

describe('formats of dates', () => {
  it.each([
    ['YYYY-MM-DD HH:mm:ss', '2016-01-09 15:30:00', '2016-01-09T15:30:00.000Z'],
    ['DD/MM/YYYY HH:mm', '09/01/2016 15:30', '2016-01-09T15:30:00.000Z'],
    ['MM/DD/YYYY HH:mm', '09/01/2016 15:30', '2016-09-01T15:30:00.000Z'],
    ['D-MMM-YY h:mm A', '9-Sep-16 12:05 am', '2016-09-09T00:05:00.000Z'],
    ['D MMM YYYY', '9 September 1999', '1999-09-09T00:00:00.000Z'],
    ['YYYY DDD HHmm', '2012 366 2400', '2013-01-01T00:00:00.000Z'],
    ['YYYY-MM-DD HH:mm:ss', ' 2016-01-09   15:30:59.25 ', '2016-01-09T15:30:59.250Z'],
    ['DD.MM.YY', '01.02.70', '1970-02-01T00:00:00.000Z'],
  ])('%s reads %s', (format, text, expected) => {
    expect(iso(format, text)).toBe(expected);
  });

  it.each([
    ['DD/MM/YYYY', '31/04/2016'],
    ['DD/MM/YYYY', '1/4/2016'],
    ['DD/MM/YYYY HH:mm', '01/04/2016 24:01'],
    ['YYYY DDD', '2011 366'],
    ['D MMM YYYY', '9 Foo 1999'],
    ['DD/MM/YYYY h:mm A', '01/04/2016 13:00 PM'],
  ])('%s refuses %s', (format, text) => {
    expect(iso(format, text)).toBe('no time');
  });

  it.each(['HH:mm', 'YYYY', 'YYYY-MM-DD YY', ''])('refuses the format %j', (format) => {
    expect(timeFormatReader(format)).toBeUndefined();
  });
});
