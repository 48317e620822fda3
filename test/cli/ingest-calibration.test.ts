import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  filesBelow,
  ingestArguments,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  removeWorkspaces,
  startTool,
  treeOf,
} from '../support/ingest-cli';
import { ROOT } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const mooring = join(ROOT, 'samples/rapid-wb2/telemetry.pb');

function workspace(): { lake: (name: string) => string; mapping: (text: string) => string[] } {
  const folder = makeWorkspace();
  return {
    lake: (name) => join(folder, name),
    mapping: (text) => {
      const path = join(folder, 'mapping.yaml');
      writeFileSync(path, `preset: ocean-telemetry\nstation: { id: wb2 }\n${text}`);
      return ['--mapping', path];
    },
  };
}

const CALIBRATIONS = `calibrations:
  - { device: sbe37-3247, column: temperature, id: T-2011, slope: 1, offset: -0.5, validTo: 2011-09-01 }
  - { device: sbe37-3247, column: temperature, polynomial: [0, 1, 0.001], validFrom: 2011-09-01 }
  - { device: sbe37-3247, column: salinity, id: S-1, slope: 2, validFrom: 2011-08-01, validTo: 2011-09-02 }
`;

describe('the calibrations of tidelake ingest', () => {
  it('correct a mooring by instrument and time, and say so beside each row', { timeout: 60_000 }, async () => {
    const { lake, mapping } = workspace();
    await ingestCaptures(lake('raw'), [mooring], mapping(''));
    const { code } = await ingestCaptures(lake('calibrated'), [mooring], mapping(CALIBRATIONS));
    expect(code).toBe(0);
    const raw = await readLakeRows(lake('raw'));
    const calibrated = await readLakeRows(lake('calibrated'));
    expect(calibrated).toHaveLength(raw.length);
    const met = new Set<unknown>();
    const expected = raw.map((row): Record<string, unknown> => {
      const day = new Date(Number(row.time)).toISOString();
      const temperature = Number(row.temperature);
      const salinity = Number(row.salinity);
      if (row.device_id !== 'sbe37-3247') return { ...row, calibration_id: null };
      const isLater = day >= '2011-09-01';
      const names = [isLater ? 'temperature since 2011-09-01T00:00:00.000Z' : 'T-2011'];
      const inService = day >= '2011-08-01' && day < '2011-09-02';
      if (inService) names.push('S-1');
      met.add(names.join('; '));
      return {
        ...row,
        temperature: Math.fround(isLater ? temperature + 0.001 * temperature ** 2 : temperature - 0.5),
        salinity: inService ? Math.fround(salinity * 2) : salinity,
        calibration_id: names.join('; '),
      };
    });
    expect(met.size).toBe(4);
    expected.forEach((row, index) => {
      const own = calibrated[index] ?? {};
      if (Math.abs(Number(own.temperature) - Number(row.temperature)) > 1e-5) expect(own).toEqual(row);
      if (own.salinity !== row.salinity || own.calibration_id !== row.calibration_id) expect(own).toEqual(row);
    });
    const before = treeOf(lake('calibrated'));
    await ingestCaptures(lake('calibrated'), [mooring], mapping(CALIBRATIONS));
    expect(treeOf(lake('calibrated'))).toEqual(before);
  });

  const model = join(ROOT, '../shared/data/datalogger/brightwind/demo_data_iea43_wra_data_model.json');

  it.skipIf(!existsSync(model))('come from an IEA Task 43 data model as well', { timeout: 60_000 }, async () => {
    const { lake, mapping } = workspace();
    const columns = `columns: [{ name: Spd80mS, from: current_speed_knots, whenAbsent: zero }]\n`;
    const reference = `ieaTask43: { file: '${model}', device: sbe37-3247 }\n`;
    const { code, report } = await ingestCaptures(lake('a'), [mooring], mapping(columns + reference));
    expect(code).toBe(0);
    expect(report.rows).toBeGreaterThan(1000);
    const rows = await readLakeRows(lake('a'));
    expect(rows.filter(({ device_id, Spd80mS }) => device_id !== 'sbe37-3247' && Spd80mS !== 0)).toEqual([]);
    expect(filesBelow(lake('a')).length).toBeGreaterThan(1);

    const unrelated = await startTool(ingestArguments(lake('b'), [mooring], mapping(reference))).ended;
    expect(unrelated.code).toBe(2);
    expect(unrelated.stderr).toContain('corrects none of the columns temperature');
  });

  it.each([
    ['calibrations: [{ device: a, column: temprature, slope: 2 }]', 'calibrations[0].column'],
    ['calibrations: [{ device: a, column: depth, slope: 2 }]', 'has the role depth'],
    ['calibrations: [{ device: a, column: salinity }]', 'give slope and offset, or polynomial'],
    [
      'calibrations: [{ device: a, column: salinity, slope: 1 }, { device: a, column: salinity, slope: 2 }]',
      'overlap: end the first where the second begins',
    ],
    ['ieaTask43: { file: nowhere.json }', 'nowhere.json'],
    [
      'columns: [{ name: who, from: device_id }]\ncalibrations: [{ device: a, column: who, slope: 2 }]',
      'device_id is text and cannot become double',
    ],
  ])('are refused with 2 and the reason: %s', async (text, reason) => {
    const { lake, mapping } = workspace();
    const { code, stderr } = await startTool(ingestArguments(lake('a'), [mooring], mapping(`${text}\n`))).ended;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
    expect(existsSync(lake('a'))).toBe(false);
  });
});
