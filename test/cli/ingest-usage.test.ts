import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { version } from '../../ingest-tool/package.json';
import {
  filesBelow,
  ingestArguments,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  removeWorkspaces,
  startTool,
} from '../support/ingest-cli';
import { delimited, encodeTelemetry, sweeps, TELEMETRY_PROTO } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

function capture(folder = makeWorkspace()): { folder: string; lake: string; input: string } {
  const input = join(folder, 'a.pb');
  writeFileSync(input, delimited(sweeps(8).map(encodeTelemetry)));
  return { folder, lake: join(folder, 'lake'), input };
}

describe('how tidelake ingest answers its caller', () => {
  it('explains itself, its inputs and its exit codes', async () => {
    const { code, stdout } = await startTool(['ingest', '--help']).ended;
    expect(code).toBe(0);
    for (const word of ['--proto', '--mapping', 'mosquitto_sub', 'Exit codes', '130']) expect(stdout).toContain(word);
  });

  it('says which version it is', async () => {
    const { code, stdout } = await startTool(['--version']).ended;
    expect([code, stdout]).toEqual([0, `${version}\n`]);
  });

  it('exits with 2 and names the options that are missing', async () => {
    const { code, stderr } = await startTool(['ingest', 'a.pb']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--to');
  });

  it('names the messages there are where the one asked for is not among them', async () => {
    const { lake, input } = capture();
    const { code, stderr } = await startTool([
      'ingest',
      input,
      '--to',
      lake,
      '--proto',
      TELEMETRY_PROTO,
      '--message',
      'Telemetry',
    ]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('OceanTelemetry');
    expect(existsSync(lake)).toBe(false);
  });

  it('shows what to write where no mapping is given for an unknown message', async () => {
    const { folder, lake, input } = capture();
    const proto = join(folder, 'mast.proto');
    writeFileSync(
      proto,
      'syntax = "proto3"; message Mast { string sensor_id = 1; int64 ts = 2; Wind wind = 3; } message Wind { float speed = 1; }',
    );
    const { code, stderr } = await startTool(['ingest', input, '--to', lake, '--proto', proto, '--message', 'Mast'])
      .ended;
    expect(code).toBe(2);
    expect(stderr).toContain('from: wind.speed');
    expect(stderr).toContain('role: time');
  });

  it('points at the place in a mapping that is wrong', async () => {
    const { folder, lake, input } = capture();
    const mapping = join(folder, 'mapping.yaml');
    const tryMapping = async (text: string): Promise<string> => {
      writeFileSync(mapping, text);
      const { code, stderr } = await startTool(ingestArguments(lake, [input], ['--mapping', mapping])).ended;
      expect(code).toBe(2);
      return stderr;
    };
    expect(await tryMapping('preset: ocean-telemetry\nstations:\n  - { id: wb2, latitude: 126 }\n')).toContain(
      'stations[0].latitude',
    );
    expect(
      await tryMapping('preset: ocean-telemetry\ncolumns:\n  - { name: oxygen, from: dissolved_oxygen }\n'),
    ).toContain('salinity_psu');
    expect(await tryMapping('columns:\n  - { name: a, from: depth_meters }\n')).toContain('role time');
    expect(await tryMapping('preset: [')).toContain('mapping.yaml');
  });

  it('says which input is missing, and takes a folder for the files in it, but for those of the lake', async () => {
    const { folder, lake } = capture();
    const missing = await startTool(ingestArguments(lake, [join(folder, 'nowhere.pb')])).ended;
    expect(missing).toMatchObject({ code: 3 });
    expect(missing.stderr).toContain('nowhere.pb');
    for (const first of [true, false]) {
      const { report } = await ingestCaptures(lake, [folder]);
      expect(report).toMatchObject({ messages: 8, unreadable: [], filesWritten: first ? report.files : 0 });
    }
  });

  it('refuses the root of the file system and the home folder', async () => {
    const { input } = capture();
    for (const place of ['/', homedir()]) {
      expect(await startTool(ingestArguments(place, [input])).ended).toMatchObject({ code: 2 });
    }
    expect(existsSync('/_tidelake')).toBe(false);
  });

  it('says so where the lake cannot be written', async () => {
    const { folder, input } = capture();
    const blocked = join(folder, 'file-in-the-way');
    writeFileSync(blocked, '');
    const { code, stderr } = await startTool(ingestArguments(blocked, [input])).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(blocked);
    if (process.getuid?.() !== 0) {
      const locked = join(folder, 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o500);
      expect((await startTool(ingestArguments(locked, [input])).ended).stderr).toContain('permission denied');
    }
  });

  it('refuses a lake that another process is writing, and takes over from one that is gone', async () => {
    const { lake, input } = capture();
    await ingestCaptures(lake, [input]);
    const lock = join(lake, '_tidelake/lock');
    const { hostname } = await import('node:os');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname(), started: '' }));
    const refused = await startTool(ingestArguments(lake, [input])).ended;
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(String(process.pid));
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: '1' }));
    expect((await ingestCaptures(lake, [input])).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });

  it('refuses to change the type of a column that the lake has', async () => {
    const { folder, lake, input } = capture();
    await ingestCaptures(lake, [input]);
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(
      mapping,
      'preset: ocean-telemetry\ncolumns:\n  - { name: salinity, from: salinity_psu, type: double }\n',
    );
    const { code, stderr } = await startTool(ingestArguments(lake, [input], ['--mapping', mapping])).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('salinity');
  });

  it('adds a column to a lake without touching what was there', async () => {
    const { folder, lake, input } = capture();
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(
      mapping,
      'preset: ocean-telemetry\ncolumns:\n  - { name: raw_speed, from: current_speed_knots, unit: knot, whenAbsent: zero }\n',
    );
    await ingestCaptures(lake, [input], ['--mapping', mapping]);
    const before = await readLakeRows(lake);
    expect(before[0]).toMatchObject({ raw_speed: 0 });
    await ingestCaptures(lake, [input]);
    expect(await readLakeRows(lake)).toEqual(before);
    expect(filesBelow(lake)).toContain('_tidelake/lake.json');
  });

  it('takes stations from the mapping, else from the rule, else from the device', async () => {
    const { folder, lake, input } = capture();
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(
      mapping,
      'preset: ocean-telemetry\nstations: [{ id: wb2, devices: [{ id: ctd-1 }] }]\nstation: { id: drifters }\n',
    );
    const { report } = await ingestCaptures(lake, [input], ['--mapping', mapping]);
    expect(report.stations).toEqual(['drifters', 'wb2']);
  });

  it('speaks in plain words on stderr and prints nothing on stdout without --json', async () => {
    const { lake, input } = capture();
    const { stdout, stderr } = await startTool(ingestArguments(lake, [input])).ended;
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Read +8 messages from 1 capture/);
    expect(stderr).toMatch(/Rows +8, all new/);
  });

  it('cleans up and exits with 130 on Ctrl-C', async () => {
    const { folder, lake } = capture();
    const input = join(folder, 'large.pb');
    writeFileSync(input, delimited(sweeps(400_000, 2).map(encodeTelemetry)));
    const { child, ended } = startTool(ingestArguments(lake, [input]));
    while (child.exitCode === null && !existsSync(join(lake, '_tidelake/tmp'))) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('The lake is whole');
    expect(filesBelow(lake).filter((path) => path.startsWith('_tidelake/'))).toEqual([]);
  });
});
