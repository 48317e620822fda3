import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeDecentlab } from '../payload/decentlab';
import { DecodeError } from '../reading';
import { readUplink } from './uplink-reader';

const DATA = 'AgfZAAOQiICBAGQAAAxg';

const chirpStack4 = {
  deviceInfo: { devEui: '70b3d57ba0003bb8', deviceName: 'well 4' },
  time: '2024-11-10T12:51:50.819853185+00:00',
  fCnt: 20,
  fPort: 1,
  data: DATA,
  rxInfo: [
    { rssi: -110, snr: -4 },
    { rssi: -106, snr: 3 },
  ],
  txInfo: { frequency: 868_300_000, modulation: { lora: { spreadingFactor: 7 } } },
};

describe('uplink envelopes', () => {
  it('tells an uplink of ChirpStack 4 from its other events', () => {
    expect(readUplink(chirpStack4)).toEqual({
      deviceEui: '70B3D57BA0003BB8',
      deviceName: 'well 4',
      time: Date.UTC(2024, 10, 10, 12, 51, 50, 819) * 1000 + 853,
      frameCounter: 20,
      port: 1,
      payload: new Uint8Array(Buffer.from(DATA, 'base64')),
      decoded: undefined,
      radio: { frequency: 868_300_000, spreadingFactor: 7, rssi: -106, snr: 3 },
    });
    expect(readUplink({ deviceInfo: chirpStack4.deviceInfo, time: chirpStack4.time, devAddr: '01' })).toBeUndefined();
  });

  it('reads the first frame of ChirpStack 4, whose counter of zero is left out', () => {
    expect(readUplink({ ...chirpStack4, fCnt: undefined })?.frameCounter).toBe(0);
  });

  it('passes over what is no uplink', () => {
    for (const message of [null, 7, 'x', [], {}, { cmd: 'txd', EUI: '0004A30B001ADCB5', ts: 1 }]) {
      expect(readUplink(message)).toBeUndefined();
    }
  });

  it('refuses an uplink whose parts are broken', () => {
    expect(() => readUplink({ ...chirpStack4, data: '~' })).toThrow(DecodeError);
    expect(() => readUplink({ ...chirpStack4, deviceInfo: { devEui: '70b3' } })).toThrow('"70b3" is not a DevEUI');
    expect(() => readUplink({ cmd: 'rx', EUI: '0004A30B001ADCB5', ts: 1, data: '0g' })).toThrow('not hexadecimal');
  });

  const vendor = new URL('../../../../../shared/data/lorawan_json/Decentlab/DL-CTD10/', import.meta.url);
  const networks = existsSync(vendor) ? readdirSync(vendor) : [];
  const cases = networks.flatMap((network) =>
    readdirSync(new URL(`${network}/uplink/`, vendor))
      .filter((name) => name.startsWith('payload'))
      .map((name) => `${network}/uplink/${name}`),
  );

  it.skipIf(cases.length === 0)('decodes the vendor’s uplinks to what the vendor’s converters say', () => {
    for (const path of cases) {
      const uplink = readUplink(JSON.parse(readFileSync(new URL(path, vendor), 'utf8')));
      if (uplink === undefined) throw new Error(`${path} was not recognised`);
      const expected: {
        deviceName: string;
        attributes: { lora_dev_eui: string };
        telemetry: [{ ts?: number | string; values: Record<string, number> }];
      } = JSON.parse(readFileSync(new URL(path.replace('payload', 'result'), vendor), 'utf8'));
      const { deviceNumber, measurements } = decodeDecentlab(uplink.payload, 'DL-CTD10');
      const found: Record<string, unknown> = {
        ...Object.fromEntries(measurements.map(({ metric, value }) => [metric, value])),
        lora_frame_counter: uplink.frameCounter,
        lora_frame_port: uplink.port,
        lora_frequency: uplink.radio.frequency,
        lora_spreading_factor: uplink.radio.spreadingFactor,
        lora_rssi: uplink.radio.rssi,
        lora_snr: uplink.radio.snr,
      };
      const [telemetry] = expected.telemetry;
      expect({ path, ...found }).toMatchObject({ path, ...telemetry.values });
      expect(measurements.map(({ metric }) => metric).filter((metric) => !(metric in telemetry.values))).toEqual([]);
      expect(String(deviceNumber)).toBe(expected.deviceName);
      expect(uplink.deviceEui).toBe(expected.attributes.lora_dev_eui);
      const { ts } = telemetry;
      if (ts !== undefined) expect(Math.floor(uplink.time / 1000)).toBe(typeof ts === 'number' ? ts : Date.parse(ts));
    }
    expect(cases).toHaveLength(9);
  });
});
