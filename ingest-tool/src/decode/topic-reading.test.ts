import { describe, expect, it } from 'vitest';
import { DecodeError } from './reading';
import { readBareValue, topicReader } from './topic-reading';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('topics that are the schema', () => {
  it('names the device, the metric and the sensor', () => {
    const read = topicReader('{device}/{metric}/{sensor}');
    expect(read('pico/temperature/dht22', text('23.4'), 17)).toEqual({
      device: 'pico',
      metric: 'temperature',
      sensor: 'dht22',
      time: 17,
      value: 23.4,
    });
    expect(read('pico/temperature', text('23.4'), 17)).toBeUndefined();
  });

  it('matches fixed levels and passes over others', () => {
    const read = topicReader('site/+/{device}/{metric}');
    expect(read('site/north/mast 7/wind', text('8'), NaN)).toMatchObject({
      device: 'mast 7',
      metric: 'wind',
      value: 8,
    });
    expect(read('lab/north/mast 7/wind', text('8'), NaN)).toBeUndefined();
    expect(topicReader('{metric}')('temp', text('1'), 0)).toMatchObject({ device: 'temp', metric: 'temp' });
  });

  it('refuses patterns that cannot work', () => {
    expect(() => topicReader('{device}/{sensor}')).toThrow('does not say where {metric} is');
    expect(() => topicReader('{metric}/{metric}')).toThrow('names a part twice');
    expect(() => topicReader('{metric}/{height}')).toThrow('no part {height}');
  });

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
