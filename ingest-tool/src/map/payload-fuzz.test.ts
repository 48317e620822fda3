import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { afterAll, describe, expect, it } from 'vitest';
import { DEVICE_PAYLOADS, deviceDecoder } from '../decode/payload/device-decoder';
import { DecodeError } from '../decode/reading';
import { StringDictionary } from '../decode/string-dictionary';
import { MessageBatch } from '../inputs/message-batch';
import { mutate, randomFrom } from '../inputs/testing/mutation';
import { PartitionIndex } from '../rows/partition-index';
import { RowStore } from '../rows/row-store';
import { messageMapper } from './map-messages';
import { parseMapping } from './mapping';

/** Mutated messages of each seed: 400 unless told. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);

const folder = mkdtempSync(join(tmpdir(), 'tidelake-payload-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const CHIRPSTACK =
  '{"deviceInfo":{"devEui":"70b3d57ba0003bb8"},"time":"2024-11-10T12:51:50Z","fCnt":20,"fPort":1,"data":"AgfZAAOQiICBAGQAAAxg","rxInfo":[{"rssi":-110}],"txInfo":{"frequency":868300000}}';

const CTD10_PAYLOAD = '0207d9000390888081006400000c60';

/** A protobuf message. */
function message(write: (writer: protobuf.Writer) => unknown): Buffer {
  const writer = protobuf.Writer.create();
  write(writer);
  return Buffer.from(writer.finish());
}

/** Telemetry of a Meshtastic node: one temperature. */
const PACKET = message((packet) => {
  const metrics = message((writer) => writer.uint32(13).float(21.5));
  const telemetry = message((writer) => writer.uint32(13).fixed32(1_700_000_000).uint32(26).bytes(metrics));
  const data = message((writer) => writer.uint32(8).uint32(67).uint32(18).bytes(telemetry));
  packet.uint32(13).fixed32(0xa1b2c3d4).uint32(34).bytes(data).uint32(53).fixed32(99);
});

const SCHEMA = join(import.meta.dirname, '../../../samples/rapid-wb2/telemetry.proto');

/** One good message of each kind, with the topic it has. */
const SEEDS: [decoder: string, topic: string, payload: Buffer][] = [
  [
    'json',
    'a',
    Buffer.from('{"time":"2024-01-01T00:00:00Z","device":1,"temperature":{"value":21.5},"list":[1,{"a":null}]}'),
  ],
  ['number', 'a', Buffer.from('23.4 °C')],
  [
    'protobuf',
    'a',
    message((writer) =>
      writer.uint32(10).string('sbe').uint32(16).uint32(1_700_000_000).uint32(41).double(9).uint32(53).float(4),
    ),
  ],
  ['uplink', '', Buffer.from(CHIRPSTACK)],
  [
    'sparkplug-b',
    'spBv1.0/G/DBIRTH/E/D',
    hex('08d0f58bb1c92612210a0b74656d7065726174757265100a18d0f58bb1c926200a699a779ca2236938401801'),
  ],
  ['chirpstack', 'application/1/device/2/event/up', Buffer.from(CHIRPSTACK)],
  [
    'chirpstack',
    'application/1/device/2/event/up',
    message((writer) =>
      writer
        .uint32(18)
        .bytes(message((time) => time.uint32(8).uint32(1_700_000_000)))
        .uint32(26)
        .bytes(message((device) => device.uint32(66).string('70b3d57ba0003bb8')))
        .uint32(56)
        .uint32(20)
        .uint32(82)
        .bytes(hex(CTD10_PAYLOAD))
        .uint32(106)
        .bytes(message((radio) => radio.uint32(8).uint32(868_300_000))),
    ),
  ],
  [
    'things-stack',
    'v3/a/devices/b/up',
    Buffer.from(
      '{"end_device_ids":{"device_id":"b","dev_eui":"70B3D57BA0003BB8"},"uplink_message":{"f_port":1,"frm_payload":"AgfZAAOQiICBAGQAAAxg"}}',
    ),
  ],
  [
    'loriot',
    'a',
    Buffer.from('{"cmd":"rx","EUI":"70B3D57BA0003BB8","ts":1731415910000,"data":"0207d9000390888081006400000c60"}'),
  ],
  [
    'meshtastic',
    'msh/EU/2/e/c/!1',
    message((envelope) =>
      envelope.uint32(10).bytes(PACKET).uint32(18).string('LongFast').uint32(26).string('!0a0b0c0d'),
    ),
  ],
];

/** After the time that any of the messages states. */
const RECEIVED = Date.UTC(2025, 0, 1) * 1000;

const CTD10 = ', payload: decentlab/DL-CTD10';

/** What a rule says besides its decoder. */
const MORE: Record<string, string> = {
  chirpstack: CTD10,
  'things-stack': CTD10,
  loriot: CTD10,
  uplink: CTD10,
  number: ', field: temperature, columns: [{ name: device, from: topic }]',
  protobuf: `, schema: '${SCHEMA}', message: OceanTelemetry, columns: [{ name: time, from: timestamp }, { name: device, from: device_id }, { name: temperature, from: water_temp_celsius }]`,
};

/** A payload of each device. */
const DEVICES: Record<string, Buffer> = {
  'decentlab/DL-CTD10': hex(CTD10_PAYLOAD),
  'decentlab/DL-CTD10B': hex(CTD10_PAYLOAD),
  'decentlab/DL-NTU': hex('022332000300008885013e013e02330b10'),
  'decentlab/DL-OPTOD': hex('02186c000300008862a618836583650c60'),
  'decentlab/DL-ATM41': hex('02035a0003800a8000800080008009812b8014810880b4a57c820c810980027fe88056800880040bf5'),
  'decentlab/DL-SHT35': hex('02030e000364a079b10c60'),
  'cayenne-lpp': hex('03670110056700ff018806765ff2960a0003e8067104d2fb2e0000'),
};

describe('payload decoders', () => {
  it.each(DEVICE_PAYLOADS)('make measurements or a reason of every mutated payload of %s', (name) => {
    const random = randomFrom(SEED);
    const seed = DEVICES[name] ?? Buffer.alloc(0);
    expect(seed.length).toBeGreaterThan(0);
    let read = 0;
    for (let run = 0; run < RUNS; run++) {
      const payload = mutate(seed, random);
      try {
        const measurements = deviceDecoder(name)?.(payload) ?? [];
        // A value takes a bit at least, so that what comes out is bounded by what went in.
        expect(measurements.length).toBeLessThanOrEqual(8 * payload.length);
        read += measurements.length;
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
    }
    expect(deviceDecoder(name)?.(seed).length).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
  });

  it.each(SEEDS)('make an observation or a reason of every mutated message: %s on %s', (decoder, topic, seed) => {
    const topics = new StringDictionary();
    const mapping = parseMapping(
      `payload: [{ topic: '${topic}', decoder: ${decoder}${MORE[decoder] ?? ''} }]
columns: [{ name: time, role: time }, { name: device, role: device }, { name: temperature }${decoder === 'protobuf' ? '' : ', { name: text, from: temperature.value, type: text }'}]`,
      'fuzz',
    );
    const mapper = messageMapper(undefined, mapping, topics, 0, Date.now());
    const batch = new MessageBatch();
    const outcome = (payload: Uint8Array<ArrayBuffer>): { rows: number; rejects: number; observations: number } => {
      batch.clear();
      batch.bytes = payload;
      batch.add(0, payload.length, 0, payload.length, topics.internText(topic), RECEIVED);
      const store = new RowStore(mapper.columns, folder, 1 << 20);
      let rejects = 0;
      const observations = mapper.map(batch, store, new PartitionIndex(), () => rejects++);
      store.close();
      return { rows: store.count, rejects, observations };
    };
    expect(outcome(new Uint8Array(seed))).toEqual({ rows: 1, rejects: 0, observations: 1 });
    const change = fc.record({ at: fc.nat(seed.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(seed.length), (changes, length) => {
        const payload = new Uint8Array(seed.subarray(0, length));
        for (const { at, byte } of changes) if (at < length) payload[at] = byte;
        const ignoredBefore = total(mapper.ignored);
        const { rows, rejects, observations } = outcome(payload);
        expect(rows + rejects).toBe(observations);
        expect(observations > 0 || total(mapper.ignored) === ignoredBefore + 1).toBe(true);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
