import { describe, expect, it } from 'vitest';
import { readBareValue } from './bare-value';
import { DecodeError } from './reading';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('messages that are one value', () => {
  it.each([
    ['23.4', { value: 23.4 }],
    [' -1e-3\n', { value: -0.001 }],
    ['"7"', { value: 7 }],
    ['.5', { value: 0.5 }],
    ['23.4 °C', { value: 23.4, unit: '°C' }],
    ['12.5m/s', { value: 12.5, unit: 'm/s' }],
    ['3 m s-1', { value: 3, unit: 'm s-1' }],
    ['55%', { value: 55, unit: '%' }],
    ['ON', { value: true }],
    ['false', { value: false }],
    ['nan', { value: null }],
    ['', { value: null }],
    ['unavailable', { value: null }],
  ])('reads %j', (payload, expected) => {
    expect(readBareValue(text(payload))).toEqual(expected);
  });

  it.each(['23,4', '1.2.3', '0x10', '{"t":1}', 'Suhu: 28 C', '1 2', '--1', '\u0000'])('refuses %j', (payload) => {
    expect(() => readBareValue(text(payload))).toThrow(DecodeError);
  });
});
