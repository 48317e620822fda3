import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ingestArguments,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  removeWorkspaces,
  startTool,
} from '../support/ingest-cli';
import { ROOT } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const mooring = join(ROOT, 'samples/rapid-wb2/telemetry.pb');

function mappingFile(folder: string, column: string): string[] {
  const path = join(folder, 'mapping.yaml');
  writeFileSync(path, `preset: ocean-telemetry\nstation: { id: wb2 }\ncolumns:\n  - ${column}\n`);
  return ['--mapping', path];
}

describe('the units of tidelake ingest', () => {
  it('converts what a mooring sent to the unit that the mapping asks for', async () => {
    const folder = makeWorkspace();
    const plain = mappingFile(folder, '{ name: temperature, from: water_temp_celsius, type: double, unit: degC }');
    await ingestCaptures(join(folder, 'celsius'), [mooring], plain);
    const kelvin = mappingFile(
      folder,
      '{ name: temperature, from: water_temp_celsius, type: double, sourceUnit: degC, unit: K }',
    );
    await ingestCaptures(join(folder, 'kelvin'), [mooring], kelvin);
    const temperatures = async (lake: string): Promise<number[]> =>
      (await readLakeRows(join(folder, lake))).map(({ temperature }) => Number(temperature));
    const celsius = await temperatures('celsius');
    const converted = await temperatures('kelvin');
    expect(celsius.length).toBeGreaterThan(1000);
    expect(converted).toHaveLength(celsius.length);
    const error = converted.map((value, row) => Math.abs(value - 273.15 - (celsius[row] ?? Number.NaN)));
    expect(Math.max(...error)).toBeLessThan(1e-9);
  });

  it.each([
    ['{ name: temperature, from: water_temp_celsius, sourceUnit: degC, unit: m }', 'columns.temperature.sourceUnit'],
    ['{ name: depth, from: depth_meters, role: depth, sourceUnit: metre }', 'columns.depth.sourceUnit'],
    ['{ name: device_id, from: device_id, role: device, sourceUnit: m, unit: km }', 'columns.device_id.sourceUnit'],
  ])('exits with 2 and the place in the mapping where a unit is wrong: %s', async (column, place) => {
    const folder = makeWorkspace();
    const lake = join(folder, 'lake');
    const { code, stderr } = await startTool(ingestArguments(lake, [mooring], mappingFile(folder, column))).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(place);
    expect(existsSync(lake)).toBe(false);
  });
});
