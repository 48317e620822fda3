import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { parseUnit } from '../../map/units';
import { DecodeError } from '../reading';
import { MESHTASTIC_VARIANTS } from './meshtastic-metrics';
import { decodeMeshtastic } from './meshtastic-packet';

const bytes = (write: (writer: protobuf.Writer) => void): Uint8Array => {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
};

/** An envelope around a payload for a port, from node 0xa1b2c3d4, received at second 1,700,000,500. */
function envelope(port: number, payload: Uint8Array): Uint8Array {
  const data = bytes((writer) => writer.uint32(8).uint32(port).uint32(18).bytes(payload));
  const packet = bytes((writer) =>
    writer
      .uint32(13)
      .fixed32(0xa1b2c3d4)
      .uint32(34)
      .bytes(data)
      .uint32(53)
      .fixed32(99)
      .uint32(61)
      .fixed32(1_700_000_500)
      .uint32(69)
      .float(6.25),
  );
  return bytes((writer) =>
    writer.uint32(10).bytes(packet).uint32(18).string('LongFast').uint32(26).string('!0a0b0c0d'),
  );
}

const weather = (seconds: number): Uint8Array => {
  const metrics = bytes((writer) => writer.uint32(13).float(21.5).uint32(21).float(NaN).uint32(104).uint32(270));
  return bytes((writer) => writer.uint32(13).fixed32(seconds).uint32(26).bytes(metrics));
};

describe('Meshtastic packets', () => {
  it('decodes telemetry with its sender, time and units', () => {
    expect(decodeMeshtastic(envelope(67, weather(1_700_000_000)))).toEqual({
      node: '!a1b2c3d4',
      packetId: 99,
      gateway: '!0a0b0c0d',
      channel: 'LongFast',
      readings: [
        { device: '!a1b2c3d4', time: 1_700_000_000_000_000, metric: 'temperature', unit: 'degC', value: 21.5 },
        { device: '!a1b2c3d4', time: 1_700_000_000_000_000, metric: 'relative_humidity', unit: 'percent', value: null },
        { device: '!a1b2c3d4', time: 1_700_000_000_000_000, metric: 'wind_direction', unit: 'degree', value: 270 },
      ],
    });
  });

  it('takes the time of reception where the sender has no clock', () => {
    expect(decodeMeshtastic(envelope(67, weather(0))).readings[0]?.time).toBe(1_700_000_500_000_000);
  });

  it('decodes positions, south and west too', () => {
    const position = bytes((writer) =>
      writer.uint32(13).sfixed32(-338_000_000).uint32(21).sfixed32(-700_000_001).uint32(24).int32(-3),
    );
    expect(decodeMeshtastic(envelope(3, position)).readings.map(({ metric, value }) => [metric, value])).toEqual([
      ['latitude', -33.8],
      ['longitude', -70.0000001],
      ['altitude', -3],
    ]);
  });

  it('has no readings in packets of other kinds, and says why it cannot read an encrypted one', () => {
    expect(decodeMeshtastic(envelope(1, Buffer.from('hello'))).readings).toEqual([]);
    const packet = bytes((writer) => writer.uint32(42).bytes(Uint8Array.of(1, 2, 3)));
    expect(() => decodeMeshtastic(bytes((writer) => writer.uint32(10).bytes(packet)))).toThrow('is encrypted');
    expect(() => decodeMeshtastic(new Uint8Array(0))).toThrow('holds no packet');
  });

  it('fails in one way only, whatever the bytes', () => {
    const good = envelope(67, weather(1));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const mutated = good.slice(0, length);
        if (at < length) mutated[at] = byte;
        try {
          decodeMeshtastic(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('measures in units that are known', () => {
    for (const { unit } of [...MESHTASTIC_VARIANTS.values()].flat()) if (unit !== undefined) parseUnit(unit);
  });

  // The project's own schema is only read, and only where it is at hand.
  const schema = fileURLToPath(new URL('../../../../../shared/data/proto_schemas/meshtastic/', import.meta.url));
  it.skipIf(!existsSync(schema))('agrees with the published schema on every field', () => {
    const root = new protobuf.Root();
    root.resolvePath = (_, target) => `${schema}${target}`;
    root.loadSync(['meshtastic/mqtt.proto', 'meshtastic/telemetry.proto'], { keepCase: true });
    const telemetry = root.lookupType('meshtastic.Telemetry');
    for (const [variant, metrics] of MESHTASTIC_VARIANTS) {
      const name = telemetry.fieldsById[variant]?.name ?? '';
      const type = telemetry.fieldsById[variant]?.resolve().resolvedType;
      if (!(type instanceof protobuf.Type)) throw new Error(`no variant ${variant}`);
      metrics.forEach(({ field, scalar, metric }, index) => {
        const published = type.fieldsById[field];
        expect({ metric, scalar }).toEqual({ metric, scalar: published?.type });
        const payload = telemetry
          .encode(telemetry.fromObject({ time: 1, [name]: { [published?.name ?? '']: index + 1 } }))
          .finish();
        const data = { portnum: 'TELEMETRY_APP', payload };
        const service = root.lookupType('meshtastic.ServiceEnvelope');
        const message = service.fromObject({ packet: { from: 1, decoded: data }, channel_id: 'c' });
        const { readings } = decodeMeshtastic(service.encode(message).finish());
        expect(readings.map((reading) => [reading.metric, reading.value])).toEqual([[metric, index + 1]]);
      });
    }
  });
});
