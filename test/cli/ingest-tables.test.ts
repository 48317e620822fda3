import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../ingest-tool/src/ingest/ingest-report';
import { makeWorkspace, readLakeRows, readQuarantine, removeWorkspaces, startTool } from '../support/ingest-cli';

afterAll(removeWorkspaces);

const NDBC = `#YY  MM DD hh mm WDIR WSPD GST  WVHT   DPD   APD MWD   PRES  ATMP  WTMP  DEWP  VIS PTDY  TIDE
#yr  mo dy hr mn degT m/s  m/s     m   sec   sec degT   hPa  degC  degC  degC  nmi  hPa    ft
2022 06 05 13 00 280  3.0  4.0    MM    MM    MM  MM 1015.2    MM  13.9    MM  1.0 +1.6   2.0
2022 06 05 12 50 270  3.0  4.0   0.5     7   3.5 100 1015.3    MM  13,8    MM   MM   MM    MM
2022 06 05 12 40 280  4.0  5.0   0.5    MM   3.5 100 1015.2    MM  13.8    MM   MM   MM    MM
`;

const TOA5 = `"TOA5","Mast","CR1000","12345","CR1000.Std.25","CPU:a.CR1","54321","Hourly"
"TIMESTAMP","RECORD","AirT_Avg","Note"
"TS","RN","Deg C",""
"","","Avg","Smp"
"2014-04-11 00:00:00",0,13.04,"ok"
"2014-04-11 01:00:00",1,"NAN","fog"
`;

async function ingest(lake: string, inputs: string[], more: string[]): Promise<IngestReport> {
  const { code, stdout, stderr } = await startTool(['ingest', ...inputs, '--to', lake, '--json', ...more]).ended;
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as IngestReport;
}

describe('tidelake ingest of tables', () => {
  it('takes NDBC files by a preset, in the units of the lake, and sets a bad row aside with its line', async () => {
    const folder = makeWorkspace();
    const lake = join(folder, 'lake');
    writeFileSync(join(folder, '44013.txt.gz'), gzipSync(NDBC));
    const report = await ingest(lake, [join(folder, '*.gz')], ['--preset', 'ndbc']);
    expect(report).toMatchObject({ messages: 3, rows: 2, late: 0, quarantined: { bad_value: 1 }, stations: ['44013'] });
    const rows = await readLakeRows(lake);
    expect(rows.map(({ time, sea_surface_temperature: temperature }) => [time, temperature])).toEqual([
      [new Date('2022-06-05T12:40:00Z'), expect.closeTo(13.8, 5)],
      [new Date('2022-06-05T13:00:00Z'), expect.closeTo(13.9, 5)],
    ]);
    expect(rows[1]).toMatchObject({ device_id: '44013', visibility: 1852, air_temperature: null });
    expect(rows[1]?.tide).toBeCloseTo(0.6096, 6);
    expect(await readQuarantine(lake)).toMatchObject([
      { reason: 'bad_value', detail: 'line 4: WTMP is "13,8", which is no number', source: '44013.txt.gz' },
    ]);
    expect((await ingest(lake, [join(folder, '44013.txt.gz')], ['--preset', 'ndbc'])).filesWritten).toBe(0);
  });

  it('takes over what the header of a logger names, in the time zone of the mapping', async () => {
    const folder = makeWorkspace();
    const lake = join(folder, 'lake');
    writeFileSync(join(folder, 'mast.dat'), TOA5);
    writeFileSync(
      join(folder, 'mapping.yaml'),
      "preset: toa5\nstations: [{ id: mast, devices: [{ id: '12345' }] }]\ntable: { time: { zone: '-05:00' } }\n",
    );
    const report = await ingest(lake, [join(folder, 'mast.dat')], ['--mapping', join(folder, 'mapping.yaml')]);
    expect(report).toMatchObject({ rows: 2, quarantined: {}, stations: ['mast'], captureNotes: [] });
    expect(await readLakeRows(lake)).toMatchObject([
      { time: new Date('2014-04-11T05:00:00Z'), AirT_Avg: 13.04, Note: 'ok', RECORD: 0 },
      { time: new Date('2014-04-11T06:00:00Z'), AirT_Avg: null, Note: 'fog', RECORD: 1 },
    ]);
    const description = readFileSync(join(lake, '_tidelake/lake.json'), 'utf8');
    expect(JSON.parse(description)).toMatchObject({
      columns: expect.arrayContaining([expect.objectContaining({ name: 'AirT_Avg', unit: 'degC', role: 'variable' })]),
    });
  });

  it('reads a table from standard input, and says what goes wrong', async () => {
    const folder = makeWorkspace();
    const lake = join(folder, 'lake');
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(
      mapping,
      'table: {}\ncolumns: [{ name: time, from: time, role: time }, { name: id, from: id, role: device }, { name: T, from: T }]\n',
    );
    const tool = join(import.meta.dirname, '../../ingest-tool/bin/tidelake.js');
    const { status, stdout } = spawnSync(
      process.execPath,
      [tool, 'ingest', '-', '--to', lake, '--mapping', mapping, '--json'],
      { input: 'time,id,T\n2024-01-01,a,1\n2024-01-01,,2\n', encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 1, quarantined: { missing_device: 1 } });
    expect((await readQuarantine(lake))[0]?.detail).toContain('line 3: the device');

    writeFileSync(join(folder, 'a.csv'), 'time,T\n2024-01-01,1\n');
    const wrong = await startTool(['ingest', join(folder, 'a.csv'), '--preset', 'ndbc', '--to', lake]).ended;
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('not of the format ndbc');
    const lacking = await startTool(['ingest', join(folder, 'a.csv'), '--mapping', mapping, '--to', lake]).ended;
    expect(lacking.stderr).toContain('has no column id');
  });
});
