import protobuf from 'protobufjs';
import { z } from 'zod';
import { isObject } from '../json/json-fields';
import { DecodeError } from '../reading';
import { jsonOf } from './chirpstack';
import { strongest, type Uplink } from './uplink';
import { deviceEuiOf } from './uplink-text';

/** What is read of the `up` events of ChirpStack 3 and 4, by the field numbers of their published schemas. */
const SCHEMA = `syntax = "proto3";
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Struct { map<string, Value> fields = 1; }
message List { repeated Value values = 1; }
message Value {
  oneof kind { int32 nothing = 1; double number = 2; string text = 3; bool truth = 4; Struct struct = 5; List list = 6; }
}
message LoRa { uint32 spreading_factor = 2; }
message Modulation4 { LoRa lora = 3; }
message Sent4 { uint32 frequency = 1; Modulation4 modulation = 2; }
message Received4 { int32 rssi = 6; float snr = 7; }
message Device4 { string device_name = 7; string dev_eui = 8; }
message Uplink4 {
  Timestamp time = 2; Device4 device_info = 3; uint32 f_cnt = 7; uint32 f_port = 8; bytes data = 10; Struct object = 11;
  repeated Received4 rx_info = 12; Sent4 tx_info = 13;
}
message Sent3 { uint32 frequency = 1; LoRa lora = 3; }
message Received3 { Timestamp time = 2; int32 rssi = 5; double snr = 6; }
message Uplink3 {
  uint64 application_id = 1; string device_name = 3; bytes dev_eui = 4; repeated Received3 rx_info = 5; Sent3 tx_info = 6;
  uint32 f_cnt = 9; uint32 f_port = 10; bytes data = 11; string object_json = 12; Timestamp published_at = 16;
}`;

const root = protobuf.parse(SCHEMA).root.resolveAll();
const uplink4 = root.lookupType('Uplink4');
const uplink3 = root.lookupType('Uplink3');

const timestamp = z
  .object({ seconds: z.number().default(0), nanos: z.number().default(0) })
  .transform(({ seconds, nanos }) => seconds * 1e6 + Math.floor(nanos / 1000));
const bytes = z.instanceof(Uint8Array).default(new Uint8Array(0));
const counter = z.number().default(0);
const reception = z.object({ rssi: counter, snr: counter, time: timestamp.optional() });
const lora = z.object({ spreadingFactor: z.number().optional() }).optional();
const frequency = z.number().optional();

const event4 = z.object({
  time: timestamp.default(NaN),
  deviceInfo: z.object({ deviceName: z.string().optional(), devEui: z.string() }),
  fCnt: counter,
  fPort: z.number().optional(),
  data: bytes,
  object: z.unknown().optional(),
  rxInfo: z.array(reception).default([]),
  // Joins, acknowledgements and status reports have none.
  txInfo: z.object({ frequency, modulation: z.object({ lora }).optional() }),
});

const event3 = z.object({
  deviceName: z.string().optional(),
  devEui: bytes,
  fCnt: counter,
  fPort: z.number().optional(),
  data: bytes,
  objectJson: z.string().optional(),
  publishedAt: timestamp.optional(),
  rxInfo: z.array(reception).default([]),
  txInfo: z.object({ frequency, lora }),
});

/**
 * Reads a ChirpStack uplink event in its protobuf form, of version 3 or 4.
 * @returns undefined for another event
 * @throws DecodeError where the bytes are no protobuf message
 */
export function readChirpStackProtobuf(payload: Uint8Array): Uplink | undefined {
  // Version 4 begins with the text of a deduplication id, version 3 with the number of an application.
  return payload[0] === 0x08 ? readVersion3(payload) : readVersion4(payload);
}

function readVersion4(payload: Uint8Array): Uplink | undefined {
  const parsed = event4.safeParse(decoded(uplink4, payload));
  if (!parsed.success) return undefined;
  const { deviceInfo, txInfo, rxInfo, object, ...event } = parsed.data;
  const best = strongest(rxInfo);
  return {
    deviceEui: deviceEuiOf(deviceInfo.devEui),
    deviceName: deviceInfo.deviceName,
    time: event.time,
    frameCounter: event.fCnt,
    port: event.fPort,
    payload: event.data,
    decoded: object === undefined ? undefined : plainStruct(object),
    radio: {
      frequency: txInfo.frequency,
      spreadingFactor: txInfo.modulation?.lora?.spreadingFactor,
      rssi: best?.rssi,
      snr: best?.snr,
    },
  };
}

function readVersion3(payload: Uint8Array): Uplink | undefined {
  const parsed = event3.safeParse(decoded(uplink3, payload));
  if (!parsed.success) return undefined;
  const { txInfo, rxInfo, ...event } = parsed.data;
  const best = strongest(rxInfo);
  return {
    deviceEui: deviceEuiOf(Buffer.from(event.devEui).toString('hex')),
    deviceName: event.deviceName,
    time: event.publishedAt ?? best?.time ?? NaN,
    frameCounter: event.fCnt,
    port: event.fPort,
    payload: event.data,
    decoded: jsonOf(event.objectJson),
    radio: {
      frequency: txInfo.frequency,
      spreadingFactor: txInfo.lora?.spreadingFactor,
      rssi: best?.rssi,
      snr: best?.snr,
    },
  };
}

function decoded(type: protobuf.Type, payload: Uint8Array): unknown {
  try {
    return type.toObject(type.decode(payload), { longs: Number });
  } catch (error) {
    throw new DecodeError(`not a ChirpStack event: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** A `google.protobuf.Struct` as the object it stands for. */
function plainStruct(struct: unknown): unknown {
  const fields = isObject(struct) ? struct['fields'] : undefined;
  return Object.fromEntries(
    Object.entries(isObject(fields) ? fields : {}).map(([name, value]) => [name, plainValue(value)]),
  );
}

function plainValue(value: unknown): unknown {
  if (!isObject(value)) return null;
  const { number, text, truth, struct, list } = value;
  if (struct !== undefined) return plainStruct(struct);
  if (!isObject(list)) return number ?? text ?? truth ?? null;
  return Array.isArray(list['values']) ? list['values'].map(plainValue) : [];
}
