import { TABLE_PRESETS } from '../inputs/table/table-presets';

/** What a mapping file may say that a preset says for it. */
interface Preset {
  payload?: object[];
  columns: object[];
  table?: object;
  checks?: object;
}

const TIME = { name: 'time', role: 'time', standardName: 'time', longName: 'Time of the observation' };
const DEVICE = { name: 'device_id', from: 'device', role: 'device', longName: 'Instrument' };
const LATITUDE = { name: 'latitude', role: 'latitude', unit: 'degree_north', standardName: 'latitude' };
const LONGITUDE = { name: 'longitude', role: 'longitude', unit: 'degree_east', standardName: 'longitude' };
const RECEIVE_TIME = {
  name: 'receive_time',
  from: 'receive_time',
  role: 'about',
  type: 'timestamp',
  longName: 'Time the broker passed it on',
};

/** What a LoRaWAN network server says of an uplink besides what the device measured. */
const UPLINK_COLUMNS = [
  TIME,
  DEVICE,
  RECEIVE_TIME,
  { name: 'frame_counter', role: 'about', type: 'integer', unit: '1' },
  { name: 'rssi', role: 'about', type: 'float', longName: 'Signal strength at the best gateway, in dBm' },
  { name: 'snr', role: 'about', type: 'float', longName: 'Signal to noise ratio at the best gateway, in dB' },
];

/** Files of single uplinks have no topic. */
const NO_TOPIC = { topic: '' };

const chirpstackRules = (payload: object): object[] => [
  { topic: 'application/+/device/+/event/up', decoder: 'chirpstack', ...payload },
  // Joins, acknowledgements, status reports and errors.
  { topic: 'application/+/device/+/event/+', decoder: 'ignore' },
];
const thingsStackRules = (payload: object): object[] => [
  { topic: 'v3/+/devices/+/up', decoder: 'things-stack', ...payload },
  { topic: 'v3/#', decoder: 'ignore' },
];

/** A measured value of 32 bits. */
const measured = (name: string, unit: string, standardName?: string): object => ({
  name,
  type: 'float',
  unit,
  ...(standardName === undefined ? {} : { standardName }),
});

const PRESETS = {
  ...TABLE_PRESETS,
  'ocean-telemetry': {
    columns: [
      { name: 'time', from: 'timestamp', role: 'time', standardName: 'time', longName: 'Time of the observation' },
      { name: 'device_id', from: 'device_id', role: 'device', longName: 'Instrument' },
      { name: 'latitude', from: 'latitude', role: 'latitude', unit: 'degree_north', standardName: 'latitude' },
      { name: 'longitude', from: 'longitude', role: 'longitude', unit: 'degree_east', standardName: 'longitude' },
      {
        name: 'depth',
        from: 'depth_meters',
        role: 'depth',
        unit: 'm',
        standardName: 'depth',
        longName: 'Depth below the surface',
      },
      {
        name: 'temperature',
        from: 'water_temp_celsius',
        type: 'float',
        unit: 'degC',
        standardName: 'sea_water_temperature',
        longName: 'Water temperature',
      },
      {
        name: 'salinity',
        from: 'salinity_psu',
        type: 'float',
        unit: '1',
        standardName: 'sea_water_practical_salinity',
        longName: 'Practical salinity (PSS-78)',
      },
      {
        name: 'current_speed',
        from: 'current_speed_knots',
        type: 'float',
        unit: 'm s-1',
        sourceUnit: 'knot',
        standardName: 'sea_water_speed',
        longName: 'Speed of the current',
      },
      {
        name: 'current_direction',
        from: 'current_direction_deg',
        type: 'float',
        unit: 'degree',
        standardName: 'sea_water_to_direction',
        longName: 'Direction the current flows to, clockwise from north',
        whenAbsent: { zeroWhenPresent: 'current_speed_knots' },
      },
      {
        name: 'receive_time',
        from: 'receive_time',
        role: 'about',
        type: 'timestamp',
        longName: 'Time the broker passed it on',
      },
    ],
  },
  'sparkplug-b': {
    payload: [{ topic: 'spBv1.0/#', decoder: 'sparkplug-b' }],
    columns: [TIME, DEVICE, RECEIVE_TIME],
  },
  chirpstack: { payload: [...chirpstackRules({}), { ...NO_TOPIC, decoder: 'chirpstack' }], columns: UPLINK_COLUMNS },
  'things-stack': {
    payload: [...thingsStackRules({}), { ...NO_TOPIC, decoder: 'things-stack' }],
    columns: UPLINK_COLUMNS,
  },
  loriot: { payload: [{ decoder: 'loriot' }], columns: UPLINK_COLUMNS },
  meshtastic: {
    payload: [{ topic: 'msh/#', decoder: 'meshtastic' }],
    columns: [
      TIME,
      DEVICE,
      LATITUDE,
      LONGITUDE,
      measured('altitude', 'm', 'altitude'),
      measured('temperature', 'degC', 'air_temperature'),
      measured('relative_humidity', 'percent', 'relative_humidity'),
      measured('air_pressure', 'hPa', 'air_pressure'),
      measured('wind_speed', 'm s-1', 'wind_speed'),
      measured('wind_gust', 'm s-1', 'wind_speed_of_gust'),
      measured('wind_direction', 'degree', 'wind_from_direction'),
      measured('rainfall_1h', 'mm'),
      measured('pm1', 'ug m-3'),
      measured('pm2_5', 'ug m-3'),
      measured('pm10', 'ug m-3'),
      measured('co2', 'ppm'),
      measured('battery_level', 'percent'),
      measured('battery_voltage', 'V'),
      RECEIVE_TIME,
    ],
  },
  'decentlab-dl-ctd10': {
    payload: [
      ...chirpstackRules({ payload: 'decentlab/DL-CTD10' }),
      ...thingsStackRules({ payload: 'decentlab/DL-CTD10' }),
      { decoder: 'uplink', payload: 'decentlab/DL-CTD10' },
    ],
    columns: [
      ...UPLINK_COLUMNS,
      { name: 'water_depth', unit: 'mm', longName: 'Depth of the water above the sensor' },
      { name: 'temperature', unit: 'degC', longName: 'Water temperature' },
      { name: 'electrical_conductivity', unit: 'uS cm-1' },
      { name: 'freezing_flag', unit: '1' },
      { name: 'battery_voltage', unit: 'V' },
    ],
  },
};

type PresetName = keyof typeof PRESETS;

/** Mappings that come with the tool. */
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** What a preset says, as a mapping file would. */
export function preset(name: PresetName): Preset {
  return PRESETS[name];
}
