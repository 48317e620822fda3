import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { afterAll, describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { MessageBatch, type Reject } from '../inputs/message-batch';
import { PartitionIndex } from '../rows/partition-index';
import { RowStore } from '../rows/row-store';
import { messageMapper } from './map-messages';
import { parseMapping } from './mapping';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-topics-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RECEIVED = Date.UTC(2025, 5, 1) * 1000;

type Message = [topic: string, payload: string | Uint8Array];

function mapMessages(mappingText: string, messages: readonly Message[]) {
  const topics = new StringDictionary();
  const mapping = parseMapping(mappingText, join(folder, 'mapping.yaml'));
  const mapper = messageMapper(undefined, mapping, topics, 600_000, Date.UTC(2026, 0, 1));
  const store = new RowStore(mapper.columns, folder, 1 << 20);
  const batch = new MessageBatch();
  const payloads = messages.map(([, payload]) => Buffer.from(payload));
  batch.bytes = new Uint8Array(Buffer.concat(payloads));
  let position = 0;
  payloads.forEach(({ length }, index) => {
    const topic = topics.internText(messages[index]?.[0] ?? '');
    batch.add(position, position + length, position, length, topic, RECEIVED + index);
    position += length;
  });
  const rejects: Reject[] = [];
  const observations = mapper.map(batch, store, new PartitionIndex(), (reject) => rejects.push(reject));
  const rows = Array.from({ length: store.count }, (_, row) =>
    Object.fromEntries(
      mapper.columns.map(({ name, dictionary }, column) => {
        const value = Number(store.values[column]?.[row]);
        return [name, dictionary === undefined ? value : value < 0 ? null : dictionary.textOf(value)];
      }),
    ),
  );
  return { mapper, rows, rejects, observations };
}

const KEYS = '{ name: time, role: time }, { name: device, role: device }';

describe('payload rules', () => {
  it('makes rows of numbers whose topic is the schema', () => {
    const { rows, rejects, observations } = mapMessages(
      `payload: [{ topic: '{device}/{metric}/{sensor}', decoder: number }]
columns: [${KEYS}, { name: temperature, unit: K }, { name: humidity, from: humidity/dht22 }]`,
      [
        ['pico/temperature/dht22', '23.4 degC'],
        ['pico/humidity/dht22', '55'],
        ['pico/humidity/bme280', '54'],
        ['pico/temperature/dht22', 'ERR'],
        ['pico/temperature', '1'],
      ],
    );
    expect(rows).toEqual([
      { time: RECEIVED, device: 'pico', temperature: 23.4 + 273.15, humidity: NaN },
      { time: RECEIVED + 1, device: 'pico', temperature: NaN, humidity: 55 },
    ]);
    expect(rejects.map(({ reason, detail, topic }) => [reason, topic, detail])).toEqual([
      ['no_rule', 'pico/temperature', 'no payload rule is for the topic pico/temperature'],
      ['undecodable', 'pico/temperature/dht22', '"ERR" is not a number'],
    ]);
    expect(observations).toBe(4);
  });

  it('keeps with each row what is declared of its origin: the firmware of its device, and the system of its position', () => {
    const { rows, mapper } = mapMessages(
      `payload:
  - { topic: 'a/{device}', decoder: json }
  - { topic: 'b/{device}', decoder: json, columns: [{ name: time, from: t }] }
position: { crs: EPSG:32618, x: x, y: y }
stations: [{ id: one, devices: [{ id: n1, firmware: 2 }] }]
devices: [{ match: 'n*', firmware: '1.9', model: M }]
columns: [${KEYS}, { name: x }, { name: y }]`,
      [
        ['a/n1', '{"time":1731415910,"x":500000,"y":2931057}'],
        ['b/n2', '{"t":1731415910,"x":500000,"y":2931057}'],
        ['b/other', '{"t":1731415910,"x":500000,"y":2931057}'],
      ],
    );
    expect(mapper.columns.map(({ name }) => name).slice(-2)).toEqual(['firmware_version', 'crs_source']);
    expect(rows.map(({ device, firmware_version: firmware, crs_source: crs }) => [device, firmware, crs])).toEqual([
      ['n1', '2', 'EPSG:32618'],
      ['n2', '1.9', 'EPSG:32618'],
      ['other', null, 'EPSG:32618'],
    ]);
  });

  it('reads JSON by paths, lists of rows and lists of readings, and says what has nothing in it', () => {
    const { rows, mapper, observations } = mapMessages(
      `payload:
  - topic: air/#
    decoder: json
    readings: { at: sensordatavalues, name: value_type, value: value }
    columns: [{ name: device, from: sensor.id }, { name: time, from: timestamp, timeZone: Europe/Berlin }]
  - { topic: 'batch/{device}', decoder: json, rows: readings, columns: [{ name: time, from: t, epoch: ms }] }
  - { topic: '$SYS/#', decoder: ignore }
columns: [${KEYS}, { name: temperature, missing: [-999] }, { name: P1 }, { name: site, from: site, role: about }]`,
      [
        [
          'air/1',
          '[{"timestamp":"2019-04-25 01:51:12","sensor":{"id":2129},"sensordatavalues":[{"value":"19.13","value_type":"P1"},{"value":"-999","value_type":"temperature"}]}]',
        ],
        [
          'batch/b',
          '{"site":"north","readings":[{"t":1556150000000,"temperature":1},{"t":1556150000500,"temperature":2},{"t":0}]}',
        ],
        ['batch/b', '{"readings":[]}'],
        ['$SYS/broker/uptime', '17 seconds'],
      ],
    );
    expect(rows).toEqual([
      { time: Date.UTC(2019, 3, 24, 23, 51, 12) * 1000, device: '2129', temperature: NaN, P1: 19.13, site: null },
      { time: 1_556_150_000_000_000, device: 'b', temperature: 1, P1: NaN, site: 'north' },
      { time: 1_556_150_000_500_000, device: 'b', temperature: 2, P1: NaN, site: 'north' },
    ]);
    expect(mapper.ignored).toEqual({ 'an empty list': 1, 'ignored by the rule for $SYS/#': 1 });
    expect(observations).toBe(3);
  });

  it('sets a message aside whose value is not what its column holds', () => {
    const { rejects, rows } = mapMessages(
      `payload: [{ decoder: json }]
columns: [{ name: time, from: t, role: time }, { name: device, from: d, role: device }, { name: temperature, from: v }]`,
      [
        ['a', '{"t":"2024-01-01T00:00:00Z","d":1,"v":"warm"}'],
        ['a', '{"t":"yesterday","d":1,"v":1}'],
        ['a', '{"t":"2024-01-01T00:00:00Z","v":1}'],
        ['a', '{"t":"2024-01-01T00:00:00Z","d":1,"v":"nan"}'],
        ['a', 'no JSON'],
        ['a', '7'],
      ],
    );
    expect(rejects.map(({ reason, detail }) => `${reason}: ${detail}`.replace(/JSON: .*/, 'JSON'))).toEqual([
      'undecodable: not JSON',
      'undecodable: neither a JSON object nor a list of objects',
      'undecodable: v is "warm", which is no number',
      'undecodable: t is "yesterday", which is no time by the mapping',
      'missing_device: the device is absent, or empty',
    ]);
    expect(rows).toHaveLength(1);
  });

  it('reads protobuf messages of a type for each topic, and keeps an absent zero from an absent value', () => {
    writeFileSync(
      join(folder, 'two.proto'),
      `syntax = "proto3"; message Ctd { int64 ms = 1; float temp = 2; optional float sal = 3; string id = 4; }
       message Wind { uint32 s = 1; double speed = 2; string mast = 3; }`,
    );
    const root = protobuf.loadSync(join(folder, 'two.proto'));
    const encode = (type: string, fields: object): Uint8Array => root.lookupType(type).encode(fields).finish();
    const { rows, rejects, mapper } = mapMessages(
      `payload:
  - topic: ctd/#
    decoder: protobuf
    schema: two.proto
    message: Ctd
    columns: [{ name: time, from: ms, epoch: ms }, { name: device, from: id }, { name: temperature, from: temp }]
  - topic: wind/#
    decoder: protobuf
    schema: two.proto
    message: Wind
    columns: [{ name: time, from: s }, { name: device, from: mast }]
columns: [${KEYS}, { name: temperature, whenAbsent: zero }, { name: sal }, { name: speed, unit: m s-1, sourceUnit: knot }]`,
      [
        ['wind/1', encode('Wind', { s: 1_700_000_000, speed: 10, mast: 'm' })],
        ['ctd/1', encode('Ctd', { ms: 1_700_000_000_123, temp: 0, sal: 0, id: 'c' })],
        ['ctd/1', new Uint8Array([8])],
      ],
    );
    expect(rows).toEqual([
      { time: 1_700_000_000_123_000, device: 'c', temperature: 0, sal: 0, speed: NaN },
      { time: 1_700_000_000_000_000, device: 'm', temperature: NaN, sal: NaN, speed: (10 * 1852) / 3600 },
    ]);
    expect(rejects.map(({ reason }) => reason)).toEqual(['undecodable']);
    expect(mapper.columns.map(({ type }) => type)).toEqual(['timestamp', 'text', 'float', 'float', 'double']);
  });

  it('converts positions to WGS84 and keeps what was sent, and puts clocks right', () => {
    const { rows, rejects, mapper } = mapMessages(
      `payload: [{ topic: 'gps/{device}', decoder: json }]
position: { crs: 'EPSG:32618', x: easting, y: northing }
clocks: [{ device: 'old-*', addSeconds: -3600.5, validTo: 2024-06-01 }]
columns: [${KEYS}, { name: easting, unit: m }, { name: northing, unit: m }, { name: sent, from: time, role: about, type: timestamp }]`,
      [
        ['gps/old-1', '{"time":"2024-01-01T12:00:00Z","easting":500000,"northing":2931057.60043}'],
        ['gps/old-1', '{"time":"2024-07-01T12:00:00Z","easting":500000}'],
        ['gps/new-1', '{"time":"2024-01-01T12:00:00Z","easting":1e9,"northing":1e9}'],
      ],
    );
    expect(rejects).toEqual([]);
    expect(rows.map(({ time }) => new Date(Number(time) / 1000).toISOString())).toEqual([
      '2024-01-01T10:59:59.500Z',
      '2024-07-01T12:00:00.000Z',
      '2024-01-01T12:00:00.000Z',
    ]);
    expect(rows[0]?.['sent']).toBe(Date.UTC(2024, 0, 1, 12) * 1000);
    expect(rows[0]).toMatchObject({ easting: 500_000, northing: 2_931_057.600_43 });
    expect(rows[0]?.['latitude']).toBeCloseTo(26.5, 9);
    expect(rows[0]?.['longitude']).toBeCloseTo(-75, 9);
    expect(rows[1]).toMatchObject({ latitude: NaN, longitude: NaN });
    expect(mapper.columns.find(({ name }) => name === 'latitude')).toMatchObject({
      role: 'latitude',
      unit: 'degree_north',
    });
  });

  it.each([
    [`position: { crs: 'EPSG:99999', x: time, y: time }\ncolumns: [${KEYS}]`, 'not a known reference system'],
    [`table: { others: true }\npayload: [{ decoder: json }]\ncolumns: [${KEYS}]`, 'table.others'],
    [`position: { crs: 'EPSG:32618', x: east, y: time }\ncolumns: [${KEYS}]`, 'there is no column east'],
    [`payload: [{ topic: 'a/#/b', decoder: json }]\ncolumns: [${KEYS}]`, 'the level "#"'],
    [
      `payload: [{ decoder: json, columns: [{ name: oxygen, from: o }] }]\ncolumns: [${KEYS}]`,
      'there is no column oxygen',
    ],
    [
      `payload: [{ decoder: json }]\ncolumns: [{ name: time, role: time, timeZone: Mars/Base }, { name: device, role: device }]`,
      'no zone Mars/Base',
    ],
    [`payload: [{ decoder: morse }]\ncolumns: [${KEYS}]`, 'payload'],
    [
      `payload: [{ decoder: json }]\ncolumns: [${KEYS}, { name: a, from: x, unit: K }, { name: b, from: x, unit: degC }]`,
      'both are made from x',
    ],
    [`payload: [{ decoder: protobuf, schema: two.proto, message: Wind }]\ncolumns: [${KEYS}]`, 'have no field time'],
    [`payload: [{ decoder: ignore }]\ncolumns: [${KEYS}]`, 'no payload rule has messages with a field'],
  ])('refuses %s', (mapping, problem) => {
    expect(() => mapMessages(mapping, [])).toThrow(problem);
  });
});
