import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../ingest-tool/src/ingest/ingest-report';
import type { InspectReport } from '../../ingest-tool/src/inspect/inspect-report';
import { makeWorkspace, readLakeRows, removeWorkspaces, startTool } from '../support/ingest-cli';
import { ROOT } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const shared = process.env['TIDELAKE_SHARED'] ?? join(ROOT, '../shared/data');
const captures = join(shared, 'mqtt_pcap');
const telemetry = join(ROOT, 'samples/rapid-wb2/telemetry.pb');
const schema = ['--proto', join(ROOT, 'samples/rapid-wb2/telemetry.proto'), '--message', 'OceanTelemetry'];

/** What many people's brokers carry at the same time. */
const MIXED: [topic: string, payload: string][] = [
  ['farm/north/node-1/state', '{"ts":1731415910,"temp_f":68,"hum_pct":40,"fw":"1.2"}'],
  ['farm/south/node-2/state', '{"ts":1731415911,"temp_f":50,"hum_pct":41,"fw":"1.2"}'],
  ['pico/temperature/dht22', '21.5'],
  ['pico/humidity/dht22', '48'],
  ['pico/humidity/bme280', '47'],
  ['log/node-1', 'booting: # { "'],
];

function log(messages: readonly [string, string][]): string {
  const lines = messages.map(
    ([topic, payload], index) =>
      `${1_731_415_910 + index}.000000000 1 0 ${payload.length} ${topic} ${Buffer.from(payload).toString('hex')}`,
  );
  return `${lines.join('\n')}\n`;
}

async function inspect(...inputs: string[]): Promise<InspectReport> {
  const { stdout, stderr } = await startTool(['inspect', ...inputs, '--json']).ended;
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as InspectReport;
}

/** Drafts a mapping and ingests with it as it stands. */
async function roundTrip(inputs: string[], more: string[] = []) {
  const folder = makeWorkspace();
  const mapping = join(folder, 'mapping.yaml');
  const lake = join(folder, 'lake');
  const drafted = await startTool(['init', ...inputs, '-o', mapping, ...more]).ended;
  if (drafted.code !== 0) throw new Error(drafted.stderr);
  const { stdout, stderr } = await startTool(['ingest', ...inputs, '--to', lake, '--mapping', mapping, '--json']).ended;
  if (stdout === '') throw new Error(`${stderr}\n${readFileSync(mapping, 'utf8')}`);
  return { draft: readFileSync(mapping, 'utf8'), report: JSON.parse(stdout) as IngestReport, lake, mapping };
}

describe('tidelake inspect and init', () => {
  it('tell apart what a broker carries, and draft rules under which all of it becomes rows', async () => {
    const capture = join(makeWorkspace(), 'mixed.log');
    writeFileSync(capture, log(MIXED));
    const found = await inspect(capture);
    expect(found).toMatchObject({ messages: 6, firstReceived: '2024-11-12T12:51:50.000Z', unlisted: 0, notes: [] });
    expect(found.groups.map(({ payload, pattern, messages }) => [payload, pattern, messages])).toEqual([
      ['json', 'farm/{site}/{device}/state', 2],
      ['text', 'log/node-1', 1],
      ['number', '{device}/{metric}/{sensor}', 3],
    ]);
    expect(found.groups[0]?.fields.find(({ path }) => path === 'temp_f')).toMatchObject({
      kind: 'number',
      min: 50,
      max: 68,
      values: 2,
    });
    const table = join(makeWorkspace(), 'mast.csv');
    writeFileSync(table, 'timestamp,temp_c,gust\n2024-01-01T00:00:00Z,10,3\n2024-01-01T00:10:00Z,20,4\n');
    const { draft, report, lake, mapping } = await roundTrip([capture, table]);
    expect(report).toMatchObject({ messages: 8, rows: 7, quarantined: {}, unreadable: [], captureNotes: [] });
    expect(report.ignored).toEqual({ 'ignored by the rule for log/node-1': 1 });
    expect(report.stations).toEqual(['mast', 'north', 'pico', 'south']);
    expect(draft).toContain('name: temperature, from: temp_f, unit: degF');
    expect(draft).toContain("name: humidity_dht22, from: 'humidity/dht22'");
    const rows = await readLakeRows(lake);
    expect(rows.map(({ temperature }) => temperature)).toEqual(expect.arrayContaining([68, 50, 21.5]));
    expect(rows.filter(({ device_id }) => device_id === 'mast')).toMatchObject([
      { temperature: expect.closeTo(50, 9), gust: 3, humidity: null },
      { temperature: expect.closeTo(68, 9), gust: 4, humidity: null },
    ]);
    expect((await startTool(['init', capture, '-o', mapping]).ended).code).toBe(2);
    expect(readFileSync(mapping, 'utf8')).toBe(draft);
  });

  it('look into protobuf with and without its schema', async () => {
    const part = join(makeWorkspace(), 'part.pb');
    writeFileSync(part, readFileSync(telemetry).subarray(0, 100_000));
    const untyped = await inspect(part);
    expect(untyped.groups[0]).toMatchObject({ payload: 'protobuf', pattern: '#' });
    expect(untyped.groups[0]?.fields.map(({ path }) => path)).toContain('2');
    expect((await startTool(['init', part]).ended).code).toBe(3);
    const { report } = await roundTrip([part], schema);
    expect(report.quarantined).toEqual({ truncated: 1 });
    expect(report.rows + report.duplicates).toBe(untyped.messages);
    expect(untyped.messages).toBeGreaterThan(1000);
  });

  it.skipIf(!existsSync(captures))(
    'draft mappings of real captures that ingest them whole (skipped: no shared captures)',
    async () => {
      const local = join(captures, 'local_broker');
      const json = await roundTrip([join(local, 'A_mqtt311_wb2_ctd_json_qos1.pcap')]);
      expect(json.report).toMatchObject({ messages: 816, rows: 816, quarantined: {} });
      expect(json.draft).toContain('{ name: pressure, from: pres_dbar, unit: dbar }');
      const sparkplug = await roundTrip([join(local, 'C_mqtt311_sparkplug_b_wb2.pcap')]);
      expect(sparkplug.report).toMatchObject({ messages: 25, rows: 25, quarantined: {} });
      expect(sparkplug.draft).toContain('{ name: temperature, unit: degC }');
      const number = await roundTrip([join(captures, 'other/gabriel_mqtt.pcap')]);
      expect(number.report).toMatchObject({ messages: 3, rows: 3, quarantined: {} });
      expect((await readLakeRows(number.lake)).map(({ temper }) => temper)).toEqual([24, 25, 23]);
    },
  );

  it('read tables, too, and draft their columns', async () => {
    const table = join(makeWorkspace(), 'mast.csv');
    writeFileSync(
      table,
      'timestamp,temp_c,temp_f,state\n2024-01-01T00:00:00Z,1.5,34.7,ok\n2024-01-01T00:10:00Z,2.5,36.5,ok\n',
    );
    const found = await inspect(table);
    expect(found.captures[0]).toMatchObject({ format: 'table', messages: 0, problem: null, table: { rows: 2 } });
    expect(found.captures[0]?.table?.columns.find(({ path }) => path === 'temp_c')).toMatchObject({
      min: 1.5,
      max: 2.5,
    });
    const { report, lake } = await roundTrip([table]);
    expect(report).toMatchObject({ rows: 2, quarantined: {} });
    expect(await readLakeRows(lake)).toMatchObject([
      { device_id: 'mast', temperature: 1.5, temp_f: 34.7, state: 'ok' },
      { device_id: 'mast', temperature: 2.5, temp_f: 36.5, state: 'ok' },
    ]);
  });

  it('bear a reader that reads no further', async () => {
    const { child, ended } = startTool(['inspect', telemetry]);
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('say what they cannot read, and read the rest', async () => {
    const folder = makeWorkspace();
    writeFileSync(join(folder, 'a.zip'), 'PK\u0003\u0004rest');
    writeFileSync(join(folder, 'b.log'), log(MIXED.slice(0, 1)));
    const { code, stdout } = await startTool(['inspect', join(folder, 'a.zip'), join(folder, 'b.log')]).ended;
    expect(code).toBe(3);
    expect(stdout).toMatch(/a\.zip .* not read: .* zip archive/);
    expect(stdout).toContain('json  farm/north/node-1/state  1 message\n');
  });
});
