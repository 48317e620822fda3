import { expect, it } from 'vitest';
import { parseUnit } from '../map/units';
import { columnNameOf, unitOfName } from './name-guess';

it.each([
  ['temp_c', 'temperature', 'degC'],
  ['cond_mS_cm', 'conductivity', 'mS cm-1'],
  ['pres_dbar', 'pressure', 'dbar'],
  ['water_temp_celsius', 'water_temperature', 'degC'],
  ['current_speed_knots', 'current_speed', 'knot'],
  ['hum-percent', 'humidity', 'percent'],
  ['object.TempC_SHT', 'temperature_c_sht', undefined],
  ['wind.speedMps', 'wind_speed_mps', 'm s-1'],
  ['depth_m', 'depth', 'm'],
  ['wind_speed_ms', 'wind_speed', 'm s-1'],
  ['Spd80mS', 'spd80m_s', undefined],
  ['uptime_ms', 'uptime_ms', undefined],
  ['amps', 'amps', undefined],
  ['anemometer', 'anemometer', undefined],
  ['salinity_psu', 'salinity_psu', '1'],
  ['pm2.5', 'pm2_5', undefined],
  ['Temp [°C]', 'temperature', '°C'],
  ['Feuchte [%]', 'feuchte', '%'],
  ['Abfluss (l/s)', 'abfluss', 'l/s'],
  ['1', 'field_1', undefined],
  ['values[0]', 'values_0', undefined],
])('%s becomes %s in %s', (path, name, unit) => {
  expect(columnNameOf(path)).toBe(name);
  expect(unitOfName(path)).toBe(unit);
  if (unit !== undefined) expect(() => parseUnit(unit)).not.toThrow();
});
