import { DecodeError, type Measurement } from '../reading';

/** A value made of the 16-bit words of one of a device's sensors. */
interface DecentlabValue {
  metric: string;
  unit: string;
  of: (words: readonly number[]) => number;
}

/** One sensor: how many words it sends, and what they mean. */
interface DecentlabSensor {
  words: number;
  values: DecentlabValue[];
}

export type DecentlabModel = keyof typeof MODELS;

/** What a payload says of its sender besides its measurements. */
export interface DecentlabPayload {
  /** The number printed on the device. */
  deviceNumber: number;
  measurements: Measurement[];
}

const PROTOCOL_VERSION = 2;

/** Values that can be negative travel with 32768 added. */
const ZERO = 32_768;

/** The word at an index, less `zero`, over `divisor`. */
function word(metric: string, unit: string, index: number, divisor = 1, zero = 0): DecentlabValue {
  return { metric, unit, of: (words) => ((words[index] ?? NaN) - zero) / divisor };
}

const BATTERY: DecentlabSensor = { words: 1, values: [word('battery_voltage', 'V', 0, 1000)] };

/** Water level, temperature and conductivity: a CTD-10 by METER. */
function ctd10(conductivityStep: number): DecentlabSensor[] {
  return [
    {
      words: 4,
      values: [
        word('water_depth', 'mm', 0, 1, ZERO),
        word('temperature', 'degC', 1, 10, ZERO),
        word('electrical_conductivity', 'uS cm-1', 2, 1 / conductivityStep),
        word('freezing_flag', '1', 3),
      ],
    },
    BATTERY,
  ];
}

/** Devices in the order of their sensors' flags, after the manufacturer's published protocol. */
const MODELS = {
  'DL-CTD10': ctd10(1),
  'DL-CTD10B': ctd10(2),
  'DL-NTU': [
    {
      words: 5,
      values: [
        word('status', '1', 0),
        word('temperature', 'degC', 1, 100, ZERO),
        word('turbidity_in_ntu', '1', 2, 10),
        word('turbidity_in_fnu', '1', 3, 10),
        word('turbidity_in_mg_l', 'mg L-1', 4, 10),
      ],
    },
    BATTERY,
  ],
  'DL-OPTOD': [
    {
      words: 5,
      values: [
        word('status', '1', 0),
        word('temperature', 'degC', 1, 100, ZERO),
        word('oxygen_saturation', 'percent', 2, 100, ZERO),
        word('oxygen_concentration', 'mg L-1', 3, 100, ZERO),
        word('oxygen_concentration_alt', 'ppm', 4, 100, ZERO),
      ],
    },
    BATTERY,
  ],
  'DL-ATM41': [
    {
      words: 17,
      values: [
        word('solar_radiation', 'W m-2', 0, 1, ZERO),
        word('precipitation', 'mm', 1, 1000, ZERO),
        word('lightning_strike_count', '1', 2, 1, ZERO),
        word('lightning_average_distance', 'km', 3, 1, ZERO),
        word('wind_speed', 'm s-1', 4, 100, ZERO),
        word('wind_direction', 'degree', 5, 10, ZERO),
        word('maximum_wind_speed', 'm s-1', 6, 100, ZERO),
        word('air_temperature', 'degC', 7, 10, ZERO),
        word('vapor_pressure', 'kPa', 8, 100, ZERO),
        word('atmospheric_pressure', 'kPa', 9, 100, ZERO),
        word('relative_humidity', 'percent', 10, 10, ZERO),
        word('sensor_temperature_internal', 'degC', 11, 10, ZERO),
        word('x_orientation_angle', 'degree', 12, 10, ZERO),
        word('y_orientation_angle', 'degree', 13, 10, ZERO),
        word('compass_heading', 'degree', 14, 1, ZERO),
        word('north_wind_speed', 'm s-1', 15, 100, ZERO),
        word('east_wind_speed', 'm s-1', 16, 100, ZERO),
      ],
    },
    BATTERY,
  ],
  'DL-SHT35': [
    {
      words: 2,
      values: [
        { metric: 'air_temperature', unit: 'degC', of: ([raw = NaN]) => (175 * raw) / 65_535 - 45 },
        { metric: 'air_humidity', unit: 'percent', of: ([, raw = NaN]) => (100 * raw) / 65_535 },
      ],
    },
    BATTERY,
  ],
} satisfies Record<string, DecentlabSensor[]>;

/** The models that can be decoded. */
export const DECENTLAB_MODELS = Object.keys(MODELS).filter((name): name is DecentlabModel => name in MODELS);

/**
 * Decodes the payload of a Decentlab device: a version, its number and a flag for each sensor that follows, big-endian.
 * @throws DecodeError where the version is another, or bytes are missing or left over
 */
export function decodeDecentlab(payload: Uint8Array, model: DecentlabModel): DecentlabPayload {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (view.byteLength < 5)
    throw new DecodeError(`a Decentlab payload has at least 5 bytes, this has ${view.byteLength}`);
  const version = view.getUint8(0);
  if (version !== PROTOCOL_VERSION)
    throw new DecodeError(`Decentlab protocol version ${version} is not known, only 2 is`);
  const sensors: DecentlabSensor[] = MODELS[model];
  const flags = view.getUint16(3);
  if (flags >> sensors.length !== 0) throw new DecodeError(`the payload has sensors that a ${model} has not`);
  const measurements: Measurement[] = [];
  let at = 5;
  sensors.forEach(({ words: count, values }, index) => {
    if (((flags >> index) & 1) === 0) return;
    if (at + 2 * count > view.byteLength)
      throw new DecodeError(`the payload ends inside the ${model}'s sensor ${index + 1}`);
    const words = Array.from({ length: count }, (_, word) => view.getUint16(at + 2 * word));
    for (const { metric, unit, of } of values) measurements.push({ metric, unit, value: of(words) });
    at += 2 * count;
  });
  if (at < view.byteLength) throw new DecodeError(`${view.byteLength - at} bytes follow the ${model}'s sensors`);
  return { deviceNumber: view.getUint16(1), measurements };
}
