/** How a field's number stands on the wire. */
export type MeshtasticScalar = 'float' | 'uint32';

/** One quantity of Meshtastic's telemetry: its field number, and what it is called and measured in here. */
export interface MeshtasticMetric {
  field: number;
  scalar: MeshtasticScalar;
  metric: string;
  unit?: string | undefined;
}

const float = (field: number, metric: string, unit?: string): MeshtasticMetric => ({
  field,
  scalar: 'float',
  metric,
  unit,
});
const count = (field: number, metric: string, unit = '1'): MeshtasticMetric => ({
  field,
  scalar: 'uint32',
  metric,
  unit,
});

/** A family of channels that stand in pairs of voltage and current. */
function powerChannels(channels: number): MeshtasticMetric[] {
  return Array.from({ length: channels }, (_, index) => [
    float(2 * index + 1, `channel_${index + 1}_voltage`, 'V'),
    float(2 * index + 2, `channel_${index + 1}_current`, 'mA'),
  ]).flat();
}

/** The variants of a telemetry message, by their field number in it. */
export const MESHTASTIC_VARIANTS: ReadonlyMap<number, readonly MeshtasticMetric[]> = new Map([
  [
    2, // the device itself
    [
      count(1, 'battery_level', 'percent'),
      float(2, 'battery_voltage', 'V'),
      float(3, 'channel_utilisation', 'percent'),
      float(4, 'transmit_airtime', 'percent'),
      count(5, 'uptime', 's'),
    ],
  ],
  [
    3, // weather and soil
    [
      float(1, 'temperature', 'degC'),
      float(2, 'relative_humidity', 'percent'),
      float(3, 'air_pressure', 'hPa'),
      float(4, 'gas_resistance', 'Mohm'),
      float(5, 'voltage', 'V'),
      float(6, 'current', 'mA'),
      count(7, 'air_quality_index'),
      float(8, 'distance', 'mm'),
      float(9, 'illuminance', 'lux'),
      float(10, 'white_illuminance', 'lux'),
      float(11, 'infrared_illuminance', 'lux'),
      float(12, 'ultraviolet_illuminance', 'lux'),
      count(13, 'wind_direction', 'degree'),
      float(14, 'wind_speed', 'm s-1'),
      float(15, 'weight', 'kg'),
      float(16, 'wind_gust', 'm s-1'),
      float(17, 'wind_lull', 'm s-1'),
      // In microroentgen an hour, which is no unit of the SI nor of UDUNITS.
      float(18, 'radiation'),
      float(19, 'rainfall_1h', 'mm'),
      float(20, 'rainfall_24h', 'mm'),
      count(21, 'soil_moisture', 'percent'),
      float(22, 'soil_temperature', 'degC'),
      count(40, 'lightning_strikes_1h'),
      float(41, 'lightning_distance', 'km'),
    ],
  ],
  [
    4, // air quality
    [
      count(1, 'pm1_standard', 'ug m-3'),
      count(2, 'pm2_5_standard', 'ug m-3'),
      count(3, 'pm10_standard', 'ug m-3'),
      count(4, 'pm1', 'ug m-3'),
      count(5, 'pm2_5', 'ug m-3'),
      count(6, 'pm10', 'ug m-3'),
      count(13, 'co2', 'ppm'),
      float(14, 'co2_temperature', 'degC'),
      float(15, 'co2_humidity', 'percent'),
      float(16, 'formaldehyde', 'ppb'),
      float(17, 'formaldehyde_humidity', 'percent'),
      float(18, 'formaldehyde_temperature', 'degC'),
      count(19, 'pm4_standard', 'ug m-3'),
    ],
  ],
  [5, powerChannels(8)],
  [
    7, // health
    [count(1, 'heart_rate', 'min-1'), count(2, 'oxygen_saturation', 'percent'), float(3, 'body_temperature', 'degC')],
  ],
]);
