import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { afterAll, describe, expect, it } from 'vitest';
import { protobufRecords } from '../decode/record-schema';
import { StringDictionary } from '../decode/string-dictionary';
import { MessageBatch, type Reject } from '../inputs/message-batch';
import { NULL_BIGINT } from '../rows/column-values';
import { folderOfDay, PartitionIndex } from '../rows/partition-index';
import { RowStore } from '../rows/row-store';
import { parseMapping } from './mapping';
import { RowMapper } from './row-mapper';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-mapper-'));
afterAll(() => rmSync(folder, { recursive: true }));

const node = protobuf
  .parse(
    `syntax = "proto3"; enum State { OK = 0; ICED = 1; }
     message Node { uint64 dev_eui = 1; fixed64 nanos = 2; State state = 3; sint32 raw = 4; uint64 total = 5; bytes key = 6;
       bool wet = 7; double huge = 8; optional double latitude = 9; optional double longitude = 10; }`,
    { keepCase: true },
  )
  .root.resolveAll()
  .lookupType('Node');

const MAPPING = `
station: { from: 'topic[1]' }
columns:
  - { name: time, from: nanos, role: time }
  - { name: device_id, from: dev_eui, role: device }
  - { name: latitude, from: latitude, role: latitude }
  - { name: longitude, from: longitude, role: longitude }
  - { name: temperature, from: raw, scale: 0.01, offset: -40 }
  - { name: state, from: state }
  - { name: total, from: total }
  - { name: key, from: key }
  - { name: wet, from: wet }
  - { name: huge, from: huge, type: float }
  - { name: small, from: huge, type: integer }
`;

function mapMessages(messages: { topic: string; fields: Record<string, unknown> }[]) {
  const topics = new StringDictionary();
  const mapper = new RowMapper(
    protobufRecords(node),
    parseMapping(MAPPING, 'm'),
    topics,
    600_000,
    Date.UTC(2026, 0, 1),
  );
  const store = new RowStore(mapper.columns, folder, 1 << 20);
  const partitions = new PartitionIndex();
  const batch = new MessageBatch();
  const payloads = messages.map(({ fields }) => node.encode(fields).finish());
  batch.bytes = new Uint8Array(Buffer.concat(payloads));
  let position = 0;
  payloads.forEach((payload, index) => {
    batch.add(
      position,
      position + payload.length,
      position,
      payload.length,
      topics.internText(messages[index]?.topic ?? ''),
    );
    position += payload.length;
  });
  const rejects: Reject[] = [];
  mapper.map(batch, store, partitions, (reject) => rejects.push(reject));
  const at = (name: string, row: number): unknown => {
    const index = mapper.columns.findIndex((column) => column.name === name);
    const value = store.values[index]?.[row];
    const dictionary = mapper.columns[index]?.dictionary;
    return dictionary === undefined || value === -1 ? value : dictionary.textOf(Number(value));
  };
  return { mapper, store, partitions, rejects, at };
}

const NANOS = '1706742000123456789';

describe('RowMapper', () => {
  it('maps numbers, enumerations, bytes, booleans and 64-bit integers', () => {
    const { at, store } = mapMessages([
      {
        topic: 'farm/north/1',
        fields: {
          dev_eui: '18446744073709551615',
          nanos: NANOS,
          state: 1,
          raw: 6150,
          total: '9007199254740993',
          key: Buffer.from([1, 255]),
          wet: true,
        },
      },
      { topic: 'farm/north/1', fields: { dev_eui: 7, nanos: NANOS, total: '18446744073709551615' } },
    ]);
    expect(store.count).toBe(2);
    expect(at('time', 0)).toBe(1_706_742_000_123_456);
    expect(at('device_id', 0)).toBe('18446744073709551615');
    expect(at('device_id', 1)).toBe('7');
    expect(at('temperature', 0)).toBe(21.5);
    expect(at('temperature', 1)).toBeNaN();
    expect([at('state', 0), at('state', 1)]).toEqual(['ICED', -1]);
    expect([at('total', 0), at('total', 1)]).toEqual([9_007_199_254_740_993n, NULL_BIGINT]);
    expect(at('key', 0)).toBe('01ff');
    expect(at('wet', 0)).toBe(1);
    expect(at('latitude', 0)).toBeNaN();
  });

  it('counts what does not fit its column, and stores null', () => {
    const { at, mapper } = mapMessages([
      { topic: 'a/b', fields: { dev_eui: 1, nanos: NANOS, huge: 1e300, total: '18446744073709551615' } },
      { topic: 'a/b', fields: { dev_eui: 1, nanos: NANOS, huge: Number.POSITIVE_INFINITY } },
      { topic: 'a/b', fields: { dev_eui: 1, nanos: NANOS, huge: 2.5 } },
    ]);
    expect(mapper.notFinite).toEqual({ total: 1, huge: 2, small: 2 });
    expect([at('huge', 0), at('huge', 1), at('huge', 2), at('small', 2)]).toEqual([Number.NaN, Number.NaN, 2.5, 3]);
  });

  it('files rows by the station that the topic names, else by the device', () => {
    const { partitions, mapper, store } = mapMessages([
      { topic: 'farm/north/1', fields: { dev_eui: 1, nanos: NANOS } },
      { topic: 'farm', fields: { dev_eui: 2, nanos: NANOS } },
      { topic: 'farm/south', fields: { dev_eui: 1, nanos: NANOS } },
      { topic: 'farm/north/9', fields: { dev_eui: 3, nanos: NANOS } },
    ]);
    const stations = [...store.partitions.subarray(0, 4)].map((partition) =>
      mapper.stations.textOf(partitions.stationOf(partition)),
    );
    expect(stations).toEqual(['north', '2', 'south', 'north']);
    expect(folderOfDay('north', partitions.dayOf(0))).toBe('station=north/year=2024/month=01/day=31');
  });

  it('rejects what cannot be filed, with its bytes', () => {
    const { rejects, store } = mapMessages([
      { topic: 'a', fields: { nanos: NANOS } },
      { topic: 'a', fields: { dev_eui: 1 } },
      { topic: 'a', fields: { dev_eui: 1, nanos: NANOS, latitude: 91, longitude: 0 } },
      { topic: 'a', fields: { dev_eui: 1, nanos: NANOS, latitude: 1, longitude: Number.NEGATIVE_INFINITY } },
    ]);
    expect(store.count).toBe(0);
    expect(rejects.map(({ reason }) => reason)).toEqual(['missing_device', 'bad_time', 'bad_position', 'bad_position']);
    expect(rejects[3]).toMatchObject({ detail: 'longitude is -Infinity', topic: 'a' });
    expect(rejects[1]?.payload).toEqual(new Uint8Array([8, 1]));
  });
});
