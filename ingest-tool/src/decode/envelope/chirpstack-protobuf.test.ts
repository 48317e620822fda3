import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../reading';
import { readChirpStackUplink } from './chirpstack';
import { readChirpStackProtobuf } from './chirpstack-protobuf';

const DATA = 'AgfZAAOQiICBAGQAAAxg';

const schemas = resolve(import.meta.dirname, '../../../../../shared/data/proto_schemas/chirpstack');

/** The `up` event of ChirpStack 4, as its JSON form writes it. */
const json = {
  deduplicationId: 'b8a9',
  time: '2024-11-10T12:51:50.819853185+00:00',
  deviceInfo: { devEui: '70b3d57ba0003bb8', deviceName: 'well 4' },
  fCnt: 20,
  fPort: 1,
  data: DATA,
  object: { level: 4.232, ok: true, sensors: [{ id: 'a' }, null] },
  rxInfo: [
    { rssi: -110, snr: -4 },
    { rssi: -106, snr: 3.5 },
  ],
  txInfo: { frequency: 868_300_000, modulation: { lora: { spreadingFactor: 7 } } },
};

describe('ChirpStack events in protobuf', () => {
  it.skipIf(!existsSync(schemas))('say the same as in JSON (skipped: no published schemas)', () => {
    const root = new protobuf.Root();
    root.resolvePath = (_origin, target) =>
      target.startsWith('google/protobuf/') ? target : join(schemas, target.replace(`${schemas}/`, ''));
    root.loadSync(join(schemas, 'integration/integration.proto'));
    const type = root.lookupType('integration.UplinkEvent');
    const struct = {
      fields: {
        level: { numberValue: 4.232 },
        ok: { boolValue: true },
        sensors: {
          listValue: { values: [{ structValue: { fields: { id: { stringValue: 'a' } } } }, { nullValue: 0 }] },
        },
      },
    };
    const event = type.fromObject({
      ...json,
      time: { seconds: Date.UTC(2024, 10, 10, 12, 51, 50) / 1000, nanos: 819_853_185 },
      object: struct,
    });
    const uplink = readChirpStackProtobuf(type.encode(event).finish());
    expect(uplink).toEqual({ ...readChirpStackUplink(json), payload: Buffer.from(DATA, 'base64') });
    const joined = root.lookupType('integration.JoinEvent');
    const join4 = joined.encode(joined.fromObject({ deduplicationId: 'b8a9', deviceInfo: json.deviceInfo })).finish();
    expect(readChirpStackProtobuf(join4)).toBeUndefined();
  });

  it('of version 3 are read by the field numbers of its schema', () => {
    const { root } = protobuf.parse(`syntax = "proto3";
      message Time { int64 seconds = 1; int32 nanos = 2; }
      message LoRa { uint32 bandwidth = 1; uint32 spreading_factor = 2; }
      message Tx { uint32 frequency = 1; int32 modulation = 2; LoRa lora = 3; }
      message Rx { bytes gateway_id = 1; Time time = 2; int32 rssi = 5; double lora_snr = 6; }
      message Up { uint64 application_id = 1; string application_name = 2; string device_name = 3; bytes dev_eui = 4;
        repeated Rx rx_info = 5; Tx tx_info = 6; uint32 f_cnt = 9; uint32 f_port = 10; bytes data = 11; string object_json = 12; }`);
    const type = root.lookupType('Up');
    const event = type.fromObject({
      applicationId: 7,
      deviceName: 'well 3',
      devEui: Buffer.from('70b3d57ba0003bb8', 'hex'),
      rxInfo: [{ rssi: -90, loraSnr: 7.5, time: { seconds: 1_731_415_910 } }],
      txInfo: { frequency: 868_100_000, lora: { spreadingFactor: 12 } },
      fCnt: 3,
      fPort: 2,
      data: DATA,
      objectJson: '{"level":1}',
    });
    expect(readChirpStackProtobuf(type.encode(event).finish())).toEqual({
      deviceEui: '70B3D57BA0003BB8',
      deviceName: 'well 3',
      time: 1_731_415_910_000_000,
      frameCounter: 3,
      port: 2,
      payload: Buffer.from(DATA, 'base64'),
      decoded: { level: 1 },
      radio: { frequency: 868_100_000, spreadingFactor: 12, rssi: -90, snr: 7.5 },
    });
  });

  it('are refused where the bytes are no message', () => {
    expect(() => readChirpStackProtobuf(new Uint8Array([0x0a, 200]))).toThrow(DecodeError);
    expect(readChirpStackProtobuf(new Uint8Array(0))).toBeUndefined();
  });
});
