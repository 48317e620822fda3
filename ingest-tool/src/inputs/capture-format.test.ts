import { describe, expect, it } from 'vitest';
import { detectFormat } from './capture-format';
import { isGzip } from './decompression';

const detect = (content: string | number[]): unknown =>
  detectFormat(typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content), true, 'capture');

describe('detectFormat', () => {
  it('knows mosquitto_sub lines by their form, also behind some damage', () => {
    expect(detect('1795227456.278654224 1 0 2 a/b c 0708\n')).toBe('mosquitto');
    expect(detect('{"tst":"2026-11-21T02:17:36.278725Z+0000","topic":"t"}\n')).toBe('mosquitto');
    expect(detect('half a li\n1795227456.278654224 a/b 0708\n')).toBe('mosquitto');
  });

  it('takes binary content for a length-delimited stream', () => {
    expect(detect([3, 0x0a, 1, 0x61])).toBe('delimited');
    expect(detect([])).toBe('delimited');
  });

  it('knows network captures of every byte order', () => {
    expect(detect([0xd4, 0xc3, 0xb2, 0xa1, 2, 0])).toBe('network');
    expect(detect([0xa1, 0xb2, 0x3c, 0x4d, 0, 2])).toBe('network');
    expect(detect([0x0a, 0x0d, 0x0d, 0x0a])).toBe('network');
  });

  it('names what it cannot read', () => {
    expect(() => detect('PAR1...')).toThrow('Parquet');
    expect(() => detect('time,temperature\n2024-01-01,3\n')).toThrow('its rows are no messages');
    expect(() => detect('Dear diary\n')).toThrow('text');
    const western = Buffer.from('Datum;Temp [°C]\n09.01.2016;2,39\n13.01.2016;-0,5\n', 'latin1');
    expect(() => detect([...western])).toThrow('its rows are no messages');
  });

  it('knows gzip by its first bytes', () => {
    expect(isGzip(Uint8Array.of(0x1f, 0x8b, 8))).toBe(true);
    expect(isGzip(Uint8Array.of(0x1f))).toBe(false);
  });
});
