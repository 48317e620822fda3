import { DecodeError, type Measurement } from '../reading';

/** One type of Cayenne's low power payload: what it is called, and how its bytes become values. */
interface CayenneType {
  bytes: number;
  values: [metric: string, unit: string | undefined, of: (view: DataView, at: number) => number][];
}

const byte = (view: DataView, at: number): number => view.getUint8(at);
const word = (view: DataView, at: number): number => view.getInt16(at);
const scaled =
  (read: (view: DataView, at: number) => number, divisor: number, offset = 0) =>
  (view: DataView, at: number): number =>
    read(view, at + offset) / divisor;

/** A signed integer of three bytes. */
function triple(view: DataView, at: number): number {
  return (view.getInt8(at) << 16) | view.getUint16(at + 1);
}

/** Accelerations are in units of standard gravity, which UDUNITS has no short name for. */
function axes(metric: string, unit: string | undefined, divisor: number): CayenneType['values'] {
  return ['x', 'y', 'z'].map((axis, index) => [`${metric}_${axis}`, unit, scaled(word, divisor, 2 * index)]);
}

/** By the number of the type, after the published description of the format (IPSO object id less 3200). */
const TYPES: ReadonlyMap<number, CayenneType> = new Map<number, CayenneType>([
  [0, { bytes: 1, values: [['digital_input', '1', byte]] }],
  [1, { bytes: 1, values: [['digital_output', '1', byte]] }],
  [2, { bytes: 2, values: [['analog_input', undefined, scaled(word, 100)]] }],
  [3, { bytes: 2, values: [['analog_output', undefined, scaled(word, 100)]] }],
  [101, { bytes: 2, values: [['illuminance', 'lux', (view, at) => view.getUint16(at)]] }],
  [102, { bytes: 1, values: [['presence', '1', byte]] }],
  [103, { bytes: 2, values: [['temperature', 'degC', scaled(word, 10)]] }],
  [104, { bytes: 1, values: [['relative_humidity', 'percent', scaled(byte, 2)]] }],
  [113, { bytes: 6, values: axes('acceleration', undefined, 1000) }],
  [115, { bytes: 2, values: [['air_pressure', 'hPa', (view, at) => view.getUint16(at) / 10]] }],
  [134, { bytes: 6, values: axes('angular_velocity', 'degree s-1', 100) }],
  [
    136,
    {
      bytes: 9,
      values: [
        ['latitude', 'degree_north', scaled(triple, 10_000)],
        ['longitude', 'degree_east', scaled(triple, 10_000, 3)],
        ['altitude', 'm', scaled(triple, 100, 6)],
      ],
    },
  ],
]);

/**
 * Decodes Cayenne's low power payload: channel, type and value in turn, big-endian. A quantity has its channel's number
 * behind its name, such as `temperature_1`; a position has none.
 * @throws DecodeError where a type is not known or bytes are missing
 */
export function decodeCayenne(payload: Uint8Array): Measurement[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const measurements: Measurement[] = [];
  for (let at = 0; at < view.byteLength;) {
    if (at + 2 > view.byteLength) throw new DecodeError('the payload ends behind a channel');
    const channel = view.getUint8(at);
    const number = view.getUint8(at + 1);
    const type = TYPES.get(number);
    if (type === undefined) throw new DecodeError(`Cayenne LPP has no type ${number} (channel ${channel})`);
    at += 2;
    if (at + type.bytes > view.byteLength) throw new DecodeError(`the payload ends inside channel ${channel}`);
    for (const [metric, unit, of] of type.values) {
      const name = number === 136 ? metric : `${metric}_${channel}`;
      measurements.push({ metric: name, unit, value: of(view, at) });
    }
    at += type.bytes;
  }
  return measurements;
}
