import { describe, expect, it } from 'vitest';
import { guessPayload } from './payload-guess';
import { sniffProtobuf } from './wire-sniff';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (value: string): Uint8Array => Buffer.from(value, 'hex');

describe('guessing payloads', () => {
  it.each([
    ['spBv1.0/G/NDATA/E', hex('08'), 'sparkplug-b'],
    ['a', text(''), 'empty'],
    ['a', text('{"a":1}'), 'json'],
    ['a', text('[{"a":1}]'), 'json'],
    ['a', text('[1,2]'), 'text'],
    ['a', text('{broken'), 'text'],
    ['a', text('23.5 °C'), 'number'],
    ['a', text('off'), 'number'],
    ['a', text('Suhu: 28 C'), 'text'],
    ['a', text('{"cmd":"rx","EUI":"0004A30B001ADCB5","ts":1,"data":"zz"}'), 'loriot'],
    ['a', hex('0a03616263150000803f'), 'protobuf'],
    ['a', hex('ffd8ffe000104a46'), 'binary'],
  ] as const)('%s %s is %s', (topic, payload, kind) => {
    expect(guessPayload(topic, payload)).toBe(kind);
  });

  it('names the fields of an unknown protobuf message by number', () => {
    const fields = sniffProtobuf(hex('0a03616263150000803f1a040a0208011801'));
    expect(Object.fromEntries([...(fields ?? [])].map(([path, { value }]) => [path, value]))).toMatchObject({
      '1': 'abc',
      '2': 1,
    });
  });
});
