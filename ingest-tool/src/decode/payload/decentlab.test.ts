import { describe, expect, it } from 'vitest';
import { DecodeError } from '../reading';
import { DECENTLAB_MODELS, decodeDecentlab, type DecentlabModel } from './decentlab';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** The manufacturer's own examples, and what its published decoders answer to them. */
const EXAMPLES: [model: DecentlabModel, hex: string, values: Record<string, number>][] = [
  [
    'DL-NTU',
    '022332000300008885013e013e02330b10',
    {
      status: 0,
      temperature: 21.81,
      turbidity_in_ntu: 31.8,
      turbidity_in_fnu: 31.8,
      turbidity_in_mg_l: 56.3,
      battery_voltage: 2.832,
    },
  ],
  [
    'DL-OPTOD',
    '02186c000300008862a618836583650c60',
    {
      status: 0,
      temperature: 21.46,
      oxygen_saturation: 97.52,
      oxygen_concentration: 8.69,
      oxygen_concentration_alt: 8.69,
      battery_voltage: 3.168,
    },
  ],
  [
    'DL-ATM41',
    '02035a0003800a8000800080008009812b8014810880b4a57c820c810980027fe88056800880040bf5',
    {
      solar_radiation: 10,
      precipitation: 0,
      lightning_strike_count: 0,
      lightning_average_distance: 0,
      wind_speed: 0.09,
      wind_direction: 29.9,
      maximum_wind_speed: 0.2,
      air_temperature: 26.4,
      vapor_pressure: 1.8,
      atmospheric_pressure: 95.96,
      relative_humidity: 52.4,
      sensor_temperature_internal: 26.5,
      x_orientation_angle: 0.2,
      y_orientation_angle: -2.4,
      compass_heading: 86,
      north_wind_speed: 0.08,
      east_wind_speed: 0.04,
      battery_voltage: 3.061,
    },
  ],
  [
    'DL-SHT35',
    '02030e000364a079b10c60',
    { air_temperature: 23.787670710307466, air_humidity: 47.536430914778364, battery_voltage: 3.168 },
  ],
  [
    'DL-CTD10B',
    '0207d9000390888081006400000c60',
    { water_depth: 4232, temperature: 12.9, electrical_conductivity: 200, freezing_flag: 0, battery_voltage: 3.168 },
  ],
  [
    'DL-CTD10',
    '0207d9000390888081006400000c60',
    { water_depth: 4232, temperature: 12.9, electrical_conductivity: 100, freezing_flag: 0, battery_voltage: 3.168 },
  ],
];

describe('payloads of Decentlab devices', () => {
  it.each(EXAMPLES)('decodes the example of a %s', (model, hex, values) => {
    const { measurements } = decodeDecentlab(bytes(hex), model);
    expect(measurements.map(({ metric }) => metric)).toEqual(Object.keys(values));
    for (const { metric, value } of measurements) expect(value).toBeCloseTo(values[metric] ?? NaN, 10);
  });

  it('has an example for each model', () => {
    expect(new Set(EXAMPLES.map(([model]) => model))).toEqual(new Set(DECENTLAB_MODELS));
  });

  it('gives only what the flags say is there', () => {
    expect(decodeDecentlab(bytes('0207d900020c60'), 'DL-CTD10')).toEqual({
      deviceNumber: 2009,
      measurements: [{ metric: 'battery_voltage', unit: 'V', value: 3.168 }],
    });
    expect(decodeDecentlab(bytes('0207d90000'), 'DL-CTD10').measurements).toEqual([]);
  });

  it.each([
    ['', 'at least 5 bytes, this has 0'],
    ['0107d900020c60', 'version 1 is not known'],
    ['0207d900070c60', 'sensors that a DL-CTD10 has not'],
    ['0207d9000390888081', 'ends inside'],
    ['0207d900020c6000', '1 bytes follow'],
  ])('refuses %s', (hex, message) => {
    expect(() => decodeDecentlab(bytes(hex), 'DL-CTD10')).toThrow(DecodeError);
    expect(() => decodeDecentlab(bytes(hex), 'DL-CTD10')).toThrow(message);
  });
});
