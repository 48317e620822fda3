import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../reading';
import { type SparkplugMessage, SparkplugSession } from './sparkplug-session';
import { parseSparkplugTopic } from './sparkplug-topic';

interface MetricParts {
  name?: string;
  alias?: number;
  timestamp?: number;
  datatype?: number;
  isHistorical?: boolean;
  isNull?: boolean;
  unit?: string;
  write?: (writer: protobuf.Writer) => void;
}

const bytes = (write: (writer: protobuf.Writer) => void): Uint8Array => {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
};

const integer = (value: number) => (writer: protobuf.Writer) => void writer.uint32(80).uint32(value);
const long = (value: string) => (writer: protobuf.Writer) => void writer.uint32(88).uint64(value);
const double = (value: number) => (writer: protobuf.Writer) => void writer.uint32(105).double(value);
const text = (value: string) => (writer: protobuf.Writer) => void writer.uint32(122).string(value);

function metric({ name, alias, timestamp, datatype, isHistorical, isNull, unit, write }: MetricParts): Uint8Array {
  return bytes((writer) => {
    if (name !== undefined) writer.uint32(10).string(name);
    if (alias !== undefined) writer.uint32(16).uint64(alias);
    if (timestamp !== undefined) writer.uint32(24).uint64(timestamp);
    if (datatype !== undefined) writer.uint32(32).uint32(datatype);
    if (isHistorical) writer.uint32(40).bool(true);
    if (isNull) writer.uint32(56).bool(true);
    if (unit !== undefined) {
      const value = bytes((inner) => inner.uint32(8).uint32(12).uint32(66).string(unit));
      writer.uint32(74).bytes(bytes((inner) => inner.uint32(10).string('engUnit').uint32(18).bytes(value)));
    }
    write?.(writer);
  });
}

function payload(sequence: number | undefined, metrics: MetricParts[], timestamp = 1_700_000_000_000): Uint8Array {
  return bytes((writer) => {
    writer.uint32(8).uint64(timestamp);
    for (const parts of metrics) writer.uint32(18).bytes(metric(parts));
    if (sequence !== undefined) writer.uint32(24).uint64(sequence);
  });
}

const BIRTH: MetricParts[] = [
  { name: 'temperature', alias: 1, datatype: 10, unit: 'degC', write: double(21.5) },
  { name: 'level', alias: 2, datatype: 2, write: integer(65_535) },
];

function born(): SparkplugSession {
  const session = new SparkplugSession();
  session.decode('spBv1.0/G/NBIRTH/E', payload(0, [{ name: 'bdSeq', datatype: 4, write: long('7') }]));
  session.decode('spBv1.0/G/DBIRTH/E/D', payload(1, BIRTH));
  return session;
}

const readingsOf = (message: SparkplugMessage | undefined): unknown[] =>
  (message?.readings ?? []).map(({ device, metric: name, value }) => [device, name, value]);
const reasonsOf = (message: SparkplugMessage | undefined): string[] =>
  (message?.problems ?? []).map(({ reason, detail }) => `${reason}: ${detail}`);

describe('Sparkplug B', () => {
  it('reads topics of nodes and devices, and no others', () => {
    expect(parseSparkplugTopic('spBv1.0/G/DDATA/E/D')).toEqual({
      group: 'G',
      type: 'DDATA',
      edgeNode: 'E',
      device: 'D',
    });
    for (const topic of [
      'spBv1.0/STATE/host',
      'spBv1.0/G/DDATA/E',
      'spBv1.0/G/NDATA/E/D',
      'spAv1.0/G/NDATA/E',
      'a/b',
    ]) {
      expect(parseSparkplugTopic(topic)).toBeUndefined();
    }
    expect(new SparkplugSession().decode('spBv1.0/STATE/host', new Uint8Array(0))).toBeUndefined();
  });

  it('names and types data by the aliases of its birth', () => {
    const data = payload(2, [
      { alias: 1, timestamp: 1_700_000_001_000, write: double(21.6) },
      { alias: 2, write: integer(0xffff_fffe) },
    ]);
    const message = born().decode('spBv1.0/G/DDATA/E/D', data);
    expect(message?.readings).toEqual([
      {
        device: 'D',
        metric: 'temperature',
        value: 21.6,
        unit: 'degC',
        time: 1_700_000_001_000_000,
        isHistorical: false,
        isTransient: false,
      },
      {
        device: 'D',
        metric: 'level',
        value: -2,
        unit: undefined,
        time: 1_700_000_000_000_000,
        isHistorical: false,
        isTransient: false,
      },
    ]);
    expect(message?.problems).toEqual([]);
  });

  it('sign-extends integers written either way, and keeps long ones exact', () => {
    const session = new SparkplugSession();
    const message = session.decode(
      'spBv1.0/G/NBIRTH/E',
      payload(0, [
        { name: 'int8', datatype: 1, write: integer(0xff) },
        { name: 'int16', datatype: 2, write: integer(0xffff) },
        { name: 'int32', datatype: 3, write: integer(0xffff_ffff) },
        { name: 'int64', datatype: 4, write: long('18446744073709551615') },
        { name: 'uint8', datatype: 5, write: integer(0xff) },
        { name: 'uint32', datatype: 7, write: long('4294967295') },
        { name: 'uint64', datatype: 8, write: long('18446744073709551615') },
        { name: 'text', datatype: 12, write: text('°C') },
      ]),
    );
    expect(Object.fromEntries(message?.readings.map(({ metric: name, value }) => [name, value]) ?? [])).toEqual({
      int8: -1,
      int16: -1,
      int32: -1,
      int64: -1,
      uint8: 255,
      uint32: 4_294_967_295,
      uint64: 18_446_744_073_709_551_615n,
      text: '°C',
    });
  });

  it('keeps what is null, and what was kept back', () => {
    const message = born().decode(
      'spBv1.0/G/DDATA/E/D',
      payload(2, [
        { alias: 1, isNull: true },
        { alias: 2, isHistorical: true, write: integer(3) },
      ]),
    );
    expect(message?.readings.map(({ value, isHistorical }) => [value, isHistorical])).toEqual([
      [null, false],
      [3, true],
    ]);
  });

  it('says how many messages are missing, and which came again', () => {
    const session = born();
    const send = (sequence: number): string[] =>
      reasonsOf(session.decode('spBv1.0/G/DDATA/E/D', payload(sequence, [{ alias: 1, write: double(1) }])));
    expect(send(2)).toEqual([]);
    expect(send(5)).toEqual(['sequence_gap: G/E: 2 missing before 5']);
    expect(send(5)).toEqual(['sequence_repeat: G/E: 5 again, after 5']);
    expect(send(4)).toEqual(['sequence_repeat: G/E: 4 again, after 5']);
    for (let sequence = 6; sequence < 256; sequence += 1) expect(send(sequence)).toEqual([]);
    expect(send(0)).toEqual([]);
  });

  it('gives what can be read before a birth, and says what cannot', () => {
    const message = new SparkplugSession().decode(
      'spBv1.0/G/DDATA/E/D',
      payload(90, [{ alias: 1, write: double(1) }, { name: 'depth', write: double(7) }, { write: double(2) }]),
    );
    expect(readingsOf(message)).toEqual([['D', 'depth', 7]]);
    expect(reasonsOf(message)).toEqual([
      'no_birth: DDATA of D without its birth',
      'unknown_alias: D: no birth has named alias 1',
      'unnamed_metric: D: a metric with neither name nor alias',
    ]);
  });

  it('ends a session by the death of its own number only', () => {
    const data = payload(2, [{ alias: 1, write: double(1) }]);
    const deathOf = (bdSeq: string): Uint8Array =>
      payload(undefined, [{ name: 'bdSeq', datatype: 4, write: long(bdSeq) }]);
    const stale = born();
    stale.decode('spBv1.0/G/NDEATH/E', deathOf('6'));
    expect(reasonsOf(stale.decode('spBv1.0/G/DDATA/E/D', data))).toEqual([]);
    const dead = born();
    dead.decode('spBv1.0/G/NDEATH/E', deathOf('7'));
    const message = dead.decode('spBv1.0/G/DDATA/E/D', data);
    expect(reasonsOf(message)).toEqual(['no_birth: DDATA of D without its birth']);
    expect(readingsOf(message)).toEqual([['D', 'temperature', 1]]);
  });

  it('flattens templates, and passes commands and reserved metrics over', () => {
    const member = metric({ name: 'speed', datatype: 10, write: double(3) });
    const template = bytes((writer) => writer.uint32(18).bytes(member));
    const session = new SparkplugSession();
    const message = session.decode(
      'spBv1.0/G/NBIRTH/E',
      payload(0, [
        { name: 'pump', datatype: 19, write: (writer) => void writer.uint32(146).bytes(template) },
        { name: 'Node Control/Rebirth', datatype: 11, write: (writer) => void writer.uint32(112).bool(false) },
        { name: 'image', datatype: 18, write: (writer) => void writer.uint32(130).bytes(Uint8Array.of(1)) },
      ]),
    );
    expect(readingsOf(message)).toEqual([['E', 'pump/speed', 3]]);
    expect(reasonsOf(message)).toEqual(['unsupported_value: image is not a single value (bytes)']);
    expect(session.decode('spBv1.0/G/NCMD/E', payload(0, BIRTH))?.readings).toEqual([]);
  });

  it('refuses what is no payload, whatever the bytes', () => {
    expect(() => born().decode('spBv1.0/G/DDATA/E/D', Uint8Array.of(0x12, 0x7f))).toThrow(DecodeError);
    let nested: Uint8Array = bytes((writer) => writer.uint32(10).string('x'));
    for (let depth = 0; depth < 40; depth += 1) {
      const inner = nested;
      const wrapped = bytes((writer) => writer.uint32(18).bytes(inner));
      nested = bytes((writer) => writer.uint32(10).string('x').uint32(146).bytes(wrapped));
    }
    const deep = bytes((writer) => writer.uint32(18).bytes(nested));
    expect(() => born().decode('spBv1.0/G/NDATA/E', deep)).toThrow('templates nested deeper than 16');

    const good = payload(2, [...BIRTH, { alias: 1, isNull: true }]);
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) }), { maxLength: 4 }),
        fc.nat(good.length),
        (changes, length) => {
          const mutated = good.slice(0, length);
          for (const { at, byte } of changes) if (at < length) mutated[at] = byte;
          try {
            born().decode('spBv1.0/G/DDATA/E/D', mutated);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  const truth = new URL('../../../../../shared/data/mqtt_pcap/local_broker/C_truth.jsonl', import.meta.url);
  it.skipIf(!existsSync(truth))('decodes the recorded session to what was published', () => {
    const session = new SparkplugSession();
    const lines = readFileSync(truth, 'utf8').trim().split('\n');
    let data = 0;
    for (const line of lines) {
      const published: {
        topic: string;
        payload_hex: string;
        device?: string;
        time?: string;
        values?: number[];
      } = JSON.parse(line);
      const message = session.decode(published.topic, Buffer.from(published.payload_hex, 'hex'));
      expect(message?.problems).toEqual([]);
      const measured = (message?.readings ?? []).filter(({ metric: name }) => !name.startsWith('Properties/'));
      if (published.values === undefined) continue;
      data += 1;
      expect(measured).toEqual(
        ['temperature', 'conductivity', 'pressure'].map((name, index) => ({
          device: published.device,
          metric: name,
          value: published.values?.[index],
          unit: name === 'temperature' ? 'degC' : undefined,
          time: Date.parse(published.time ?? '') * 1000,
          isHistorical: false,
          isTransient: false,
        })),
      );
    }
    expect(data).toBe(24);
  });
});
