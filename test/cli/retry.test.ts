import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../ingest-tool/src/ingest/ingest-report';
import {
  dataFilesOf,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  readQuarantine,
  removeWorkspaces,
  startTool,
  treeOf,
} from '../support/ingest-cli';
import { encodeTelemetry, EVENING, hexLine, telemetry, TELEMETRY_PROTO } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

/** Milliseconds, of which the first mapping believes that they are seconds; and devices that only the topic names. */
const LINES = Array.from({ length: 40 }, (_, index) => {
  const timestamp = (EVENING + index * 60) * (index % 2 === 0 ? 1000 : 1);
  const deviceId = index % 4 < 2 ? `ctd-${index % 4}` : '';
  const payload = encodeTelemetry(telemetry({ deviceId, timestamp, waterTempCelsius: index }));
  return hexLine(`ocean/telemetry/ctd-${index % 4}`, payload);
});
const DAMAGED = `${LINES[1]?.slice(0, -9) ?? ''}\n`;
const mappingWith = (epoch: string, device: string): string =>
  `preset: ocean-telemetry\ncolumns:\n  - { name: time, from: timestamp, role: time, epoch: ${epoch} }\n  - { name: device_id, from: "${device}", role: device }\n`;

async function retry(lake: string, mapping: string, more: string[] = []): Promise<IngestReport> {
  const schema = ['--proto', TELEMETRY_PROTO, '--message', 'OceanTelemetry', '--mapping', mapping];
  const { code, stdout, stderr } = await startTool(['retry', lake, ...schema, '--json', ...more]).ended;
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('tidelake retry', () => {
  it('takes in what fits by now, as if it had been so from the start, and leaves the rest where it is', async () => {
    const folder = makeWorkspace();
    const path = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const [wrong, right] = [
      path('wrong.yaml', mappingWith('s', 'device_id')),
      path('right.yaml', mappingWith('auto', 'topic[2]')),
    ];
    const capture = path('capture.log', LINES.join('') + DAMAGED);
    const [lake, reference] = [join(folder, 'lake'), join(folder, 'reference')];
    const first = await ingestCaptures(lake, [capture], ['--mapping', wrong]);
    expect(first.report).toMatchObject({
      rows: 10,
      quarantined: { bad_time: 10, missing_device: 20, payload_length: 1 },
    });
    const before = treeOf(lake);

    const metrics = join(folder, 'retry.prom');
    const dry = await retry(lake, right, ['--dry-run', '--metrics', metrics]);
    expect(dry).toMatchObject({
      dryRun: true,
      messages: 31,
      rows: 30,
      rowsAdded: 30,
      quarantined: { payload_length: 1 },
    });
    expect(treeOf(lake)).toEqual(before);
    expect(readFileSync(metrics, 'utf8')).toMatch(/^tidelake_ingest_rows_added\{lake=".*"\} 30$/m);

    const file = Object.keys(before).find((name) => name.startsWith('_tidelake/quarantine/')) ?? '';
    copyFileSync(join(lake, file), join(folder, 'kept.parquet'));
    const done = await retry(lake, right);
    expect(done).toMatchObject({
      ...dry,
      dryRun: false,
      filesWritten: dry.filesWritten,
      quarantineFiles: [file],
      elapsedSeconds: expect.any(Number),
      peakRssBytes: expect.any(Number),
    });
    const left = await readQuarantine(lake);
    expect(left).toMatchObject([{ reason: 'payload_length', source: 'capture.log', topic: 'ocean/telemetry/ctd-1' }]);

    await ingestCaptures(reference, [capture], ['--mapping', right]);
    const after = treeOf(lake);
    expect(after).toEqual(treeOf(reference));
    expect(await retry(lake, right)).toMatchObject({ messages: 1, rows: 0, filesWritten: 0 });
    // As after a kill between the rows and the quarantine: once more ends in the same lake.
    copyFileSync(join(folder, 'kept.parquet'), join(lake, file));
    expect(await retry(lake, right)).toMatchObject({ messages: 31, rows: 30, rowsAdded: 0, filesWritten: 0 });
    expect(treeOf(lake)).toEqual(after);
  });

  it('reads rows of a table again by what was kept of its beginning, and leaves messages to another mapping', async () => {
    const folder = makeWorkspace();
    const path = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const table = path('mast.csv', 'time;T\n12.01.2024 10:00;1,5\n13.01.2024 10:00;defekt\n14.01.2024 99:00;2,5\n');
    const columns = 'preset: csv\ntable: { time: { order: dmy } ';
    const [wrong, right] = [
      path(
        'wrong.yaml',
        `${columns}}\ncolumns: [{ name: T, from: T, type: double, unit: degC }, { name: source, from: capture.name, role: about }]\n`,
      ),
      path(
        'right.yaml',
        `${columns}, missing: [defekt] }\ncolumns: [{ name: T, from: T, type: double, unit: degC }, { name: source, from: capture.name, role: about }]\n`,
      ),
    ];
    const run = async (args: string[]): Promise<IngestReport> => {
      const { code, stdout, stderr } = await startTool([...args, '--json']).ended;
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const [lake, reference] = [join(folder, 'lake'), join(folder, 'reference')];
    const first = await run(['ingest', table, '--to', lake, '--mapping', wrong, '--max-bad-ratio', '1']);
    expect(first).toMatchObject({ rows: 1, quarantined: { bad_value: 1, bad_time: 1 } });
    const quarantine = join(lake, '_tidelake/quarantine');
    const before = treeOf(quarantine);
    const left = await retry(lake, path('messages.yaml', 'preset: ocean-telemetry\n'));
    expect(left.captureNotes[0]?.note).toContain('--preset');
    expect(treeOf(quarantine)).toEqual(before);
    expect(await run(['retry', lake, '--mapping', right])).toMatchObject({
      messages: 2,
      rows: 1,
      quarantined: { bad_time: 1 },
    });
    expect(await readQuarantine(lake)).toMatchObject([{ detail: expect.stringContaining('line 4:'), line: 4n }]);
    await run(['ingest', table, '--to', reference, '--mapping', right]);
    expect((await readLakeRows(lake)).map(({ source }) => source)).toEqual(['mast.csv', 'mast.csv']);
    expect(treeOf(join(lake, 'station=mast'))).toEqual(treeOf(join(reference, 'station=mast')));
    expect(treeOf(quarantine)).toEqual(treeOf(join(reference, '_tidelake/quarantine')));
  });

  it('reads rows of a binary table again, each with the time that its frame gave it', async () => {
    const folder = makeWorkspace();
    const header = [
      ['TOB3', '', 'CR1000X', '64291', 'OS', 'CPU:a.cr1x', '42580', '2026-02-19 09:46:08'],
      ['Fast', '1 SEC', '28', '216', '13533', 'SecUsec', '0', '0', '0'],
      ...[['T'], ['degC'], ['Smp'], ['IEEE4']],
    ].map((cells) => `${cells.map((cell) => `"${cell}"`).join(',')}\r\n`);
    const frames = [0, 3].map((first) => {
      const bytes = Buffer.alloc(28);
      bytes.writeUInt32LE(1_140_342_369 + first, 0);
      bytes.writeUInt32LE(first, 8);
      for (const row of [0, 1, 2]) bytes.writeFloatLE(first + row, 12 + 4 * row);
      bytes.writeUInt32LE(13_533 * 2 ** 16, 24);
      return bytes;
    });
    const table = join(folder, 'fast.dat');
    writeFileSync(table, Buffer.concat([Buffer.from(header.join('')), ...frames]));
    const mapping = (device: string): string => {
      const path = join(folder, `${device}.yaml`);
      const columns = `{ name: time, role: time }, { name: id, from: ${device}, role: device }, { name: T }`;
      writeFileSync(path, `table: {}\nstation: { id: mast }\ncolumns: [${columns}]\n`);
      return path;
    };
    const [lake, reference] = [join(folder, 'lake'), join(folder, 'reference')];
    const { code, stderr } = await startTool(['ingest', table, '--to', lake, '--mapping', mapping('header.station')])
      .ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('6  missing_device');
    const again = await startTool(['retry', lake, '--mapping', mapping('header.serial'), '--json']).ended;
    expect(JSON.parse(again.stdout)).toMatchObject({ messages: 6, rows: 6, quarantined: {} });
    await startTool(['ingest', table, '--to', reference, '--mapping', mapping('header.serial')]).ended;
    expect((await readLakeRows(lake)).map(({ T }) => T)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(treeOf(lake)).toEqual(treeOf(reference));
  });

  it('explains itself, and says which lake is not there', async () => {
    const folder = makeWorkspace();
    const { code, stderr } = await startTool([
      'retry',
      join(folder, 'none'),
      '--proto',
      TELEMETRY_PROTO,
      '--message',
      'OceanTelemetry',
    ]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(join(folder, 'none'));
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('tidelake ingest --dry-run', () => {
  it('says what would happen, to the file, and writes nothing', async () => {
    const folder = makeWorkspace();
    const capture = join(folder, 'capture.log');
    writeFileSync(capture, LINES.join('') + LINES.join('') + DAMAGED);
    const lake = join(folder, 'lake');
    const dry = await ingestCaptures(lake, [capture], ['--dry-run']);
    expect(dry.report).toMatchObject({
      dryRun: true,
      rows: 20,
      rowsAdded: 20,
      duplicates: 20,
      filesWritten: 2,
      quarantineFiles: [],
    });
    expect(existsSync(lake)).toBe(false);
    const { report } = await ingestCaptures(lake, [capture]);
    const { elapsedSeconds, peakRssBytes, quarantineFiles, ...numbers } = report;
    expect([elapsedSeconds > 0, peakRssBytes > 0, quarantineFiles.length]).toEqual([true, true, 1]);
    expect(dry.report).toMatchObject({ ...numbers, dryRun: true });
    expect(dataFilesOf(lake)).toHaveLength(report.files);
    expect((await ingestCaptures(lake, [capture], ['--dry-run'])).report).toMatchObject({
      rowsAdded: 0,
      filesWritten: 0,
    });
  });
});
