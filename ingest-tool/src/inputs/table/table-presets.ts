/** What a mapping file may say of tables that a preset says for it. */
interface TablePreset {
  table: object;
  columns: object[];
  checks?: object;
}

const TIME = { name: 'time', from: 'time', role: 'time', standardName: 'time', longName: 'Time of the observation' };

const device = (from: string): object => ({ name: 'device_id', from, role: 'device', longName: 'Instrument' });

/** A measured value of 32 bits, called in the file as it is to be called, or otherwise. */
const measured = (
  name: string,
  unit: string,
  words: { from?: string; standardName?: string; longName?: string } = {},
) => ({
  name,
  type: 'float',
  unit,
  from: name,
  ...words,
});

const NDBC_COLUMNS = [
  TIME,
  device('header.station'),
  measured('wind_direction', 'degree', { from: 'WDIR', standardName: 'wind_from_direction' }),
  measured('wind_speed', 'm s-1', { from: 'WSPD', standardName: 'wind_speed' }),
  measured('wind_gust', 'm s-1', { from: 'GST', standardName: 'wind_speed_of_gust' }),
  measured('wave_height', 'm', { from: 'WVHT', standardName: 'sea_surface_wave_significant_height' }),
  measured('dominant_wave_period', 's', {
    from: 'DPD',
    standardName: 'sea_surface_wave_period_at_variance_spectral_density_maximum',
  }),
  measured('average_wave_period', 's', { from: 'APD', standardName: 'sea_surface_wave_mean_period' }),
  measured('mean_wave_direction', 'degree', { from: 'MWD', standardName: 'sea_surface_wave_from_direction' }),
  measured('air_pressure', 'hPa', { from: 'PRES', standardName: 'air_pressure_at_mean_sea_level' }),
  measured('air_temperature', 'degC', { from: 'ATMP', standardName: 'air_temperature' }),
  measured('sea_surface_temperature', 'degC', { from: 'WTMP', standardName: 'sea_surface_temperature' }),
  measured('dew_point', 'degC', { from: 'DEWP', standardName: 'dew_point_temperature' }),
  { ...measured('visibility', 'm', { from: 'VIS', standardName: 'visibility_in_air' }), sourceUnit: 'nmi' },
  measured('pressure_tendency', 'hPa', { from: 'PTDY', longName: 'Change of air pressure in the last three hours' }),
  { ...measured('tide', 'm', { from: 'TIDE', longName: 'Water level above mean lower low water' }), sourceUnit: 'ft' },
];

const ENVIRO_PLUS_COLUMNS = [
  { ...TIME, from: 'timestamp' },
  device('file.stem'),
  measured('temperature', 'degC', {
    standardName: 'air_temperature',
    longName: 'Air temperature, corrected for the board',
  }),
  measured('raw_temperature', 'degC', { longName: 'Temperature at the board' }),
  measured('pressure', 'hPa', { standardName: 'air_pressure' }),
  measured('humidity', '%', { standardName: 'relative_humidity' }),
  measured('oxidised', 'kOhm', { longName: 'Resistance of the oxidising gas sensor' }),
  measured('reducing', 'kOhm', { longName: 'Resistance of the reducing gas sensor' }),
  measured('nh3', 'kOhm', { longName: 'Resistance of the ammonia sensor' }),
  measured('lux', 'lux', { longName: 'Light' }),
  measured('proximity', '1', { longName: 'Proximity, raw' }),
  measured('pm1', 'ug m-3', { standardName: 'mass_concentration_of_pm1_ambient_aerosol_particles_in_air' }),
  measured('pm2_5', 'ug m-3', { standardName: 'mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air' }),
  measured('pm10', 'ug m-3', { standardName: 'mass_concentration_of_pm10_ambient_aerosol_particles_in_air' }),
];

/** Presets of tables, by name. With `others` every further column of a file is taken over as its header names it. */
export const TABLE_PRESETS = {
  csv: { table: { others: true }, columns: [TIME, device('file.stem')] },
  toa5: { table: { format: 'toa5', others: true }, columns: [TIME, device('header.serial')] },
  nrg: { table: { format: 'nrg', others: true }, columns: [TIME, device('header.site')] },
  cnv: { table: { format: 'cnv', others: true }, columns: [TIME, device('header.serial')] },
  ndbc: { table: { format: 'ndbc' }, columns: NDBC_COLUMNS },
  'enviro-plus': {
    table: { format: 'csv' },
    columns: ENVIRO_PLUS_COLUMNS,
    checks: { ruleSets: ['enviro-plus'] },
  },
} satisfies Record<string, TablePreset>;
