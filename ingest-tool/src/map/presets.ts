/** Mappings that come with the tool. */
export const PRESET_NAMES = ['ocean-telemetry'] as const;

type PresetName = (typeof PRESET_NAMES)[number];

const PRESETS: Record<PresetName, object[]> = {
  'ocean-telemetry': [
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
};

/** The columns of a preset, as a mapping file would list them. */
export function presetColumns(name: PresetName): object[] {
  return PRESETS[name];
}
