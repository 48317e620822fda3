import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../ingest-tool/src/ingest/ingest-report';
import { makeWorkspace, readLakeRows, readQuarantine, removeWorkspaces, startTool } from '../support/ingest-cli';
import { ROOT } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const shared = process.env['TIDELAKE_SHARED'] ?? join(ROOT, '../shared/data');
const broker = join(shared, 'mqtt_pcap/local_broker');
const decentlab = join(shared, 'lorawan_json/Decentlab/DL-CTD10');

const MOORING = `
payload: [{ topic: 'ocean/{site}/{device}/ctd', decoder: json }]
station: { from: site }
columns:
  - { name: time, from: ts, role: time }
  - { name: device_id, from: device, role: device }
  - { name: latitude, from: lat, role: latitude, unit: degree_north }
  - { name: longitude, from: lon, role: longitude, unit: degree_east }
  - { name: depth, from: depth_m, role: depth, unit: m }
  - { name: temperature, from: temp_c, unit: degC }
  - { name: conductivity, from: cond_mS_cm, unit: mS cm-1 }
  - { name: pressure, from: pres_dbar, unit: dbar }
`;

const SPARKPLUG = `
preset: sparkplug-b
station: { from: 'topic[3]' }
devices: [{ match: 'sbe37-*', model: SBE37 MicroCAT, firmware: 3.1 }]
columns:
  - { name: temperature, unit: K }
  - { name: conductivity, unit: mS cm-1 }
  - { name: pressure, unit: dbar }
`;

async function ingest(lake: string, inputs: string[], mapping: string): Promise<IngestReport> {
  const path = `${lake}.yaml`;
  writeFileSync(path, mapping);
  const { stdout, stderr } = await startTool(['ingest', ...inputs, '--to', lake, '--mapping', path, '--json']).ended;
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as IngestReport;
}

/** A mosquitto_sub log of messages, in hexadecimal, two a second. */
function logOf(messages: readonly [topic: string, payload: string | Uint8Array][]): string {
  const lines = messages.map(([topic, payload], index) => {
    const bytes = Buffer.from(payload);
    return `${1_731_415_910 + (index >> 1)}.000000000 1 0 ${bytes.length} ${topic} ${bytes.toString('hex')}`;
  });
  return `${lines.join('\n')}\n`;
}

const byTime = (left: Record<string, unknown>, right: Record<string, unknown>): number =>
  Number(left['time']) - Number(right['time']) || (String(left['device_id']) < String(right['device_id']) ? -1 : 1);

describe('tidelake ingest by payload rules', () => {
  it.skipIf(!existsSync(broker))(
    'makes the published values of 816 JSON messages, from the wire and from a log (skipped: no shared captures)',
    async () => {
      const folder = makeWorkspace();
      const truth = readFileSync(join(broker, 'A_truth.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map(publishedRow)
        .sort(byTime);
      for (const capture of ['A_mqtt311_wb2_ctd_json_qos1.pcap', 'A_mosquitto_sub_json.log']) {
        const lake = join(folder, capture);
        const report = await ingest(lake, [join(broker, capture)], MOORING);
        expect(report).toMatchObject({ messages: 816, observations: 816, rows: 816, duplicates: 0, quarantined: {} });
        expect(report.stations).toEqual(['rapid-wb2']);
        expect((await readLakeRows(lake)).sort(byTime)).toEqual(truth);
      }
    },
  );

  it.skipIf(!existsSync(broker))(
    'follows a Sparkplug B session over New Year, and says what it knows of its devices (skipped: no shared captures)',
    async () => {
      const folder = makeWorkspace();
      const lake = join(folder, 'lake');
      const report = await ingest(lake, [join(broker, 'C_mqtt311_sparkplug_b_wb2.pcap')], SPARKPLUG);
      expect(report).toMatchObject({ messages: 25, rows: 24, ignored: { 'no field that a column is made from': 1 } });
      expect(report.minTime?.slice(0, 4)).toBe('2011');
      expect(report.maxTime?.slice(0, 4)).toBe('2012');
      const published = readFileSync(join(broker, 'C_truth.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { device?: string; time: string; values: number[] })
        .filter(({ device }) => device !== undefined);
      const rows = await readLakeRows(lake);
      for (const { device, time, values } of published) {
        const row = rows.find((each) => each['device_id'] === device && Number(each['time']) === Date.parse(time));
        expect([row?.['temperature'], row?.['conductivity'], row?.['pressure']]).toEqual([
          (values[0] ?? NaN) + 273.15,
          values[1],
          values[2],
        ]);
      }
      const described = JSON.parse(readFileSync(join(lake, '_tidelake/lake.json'), 'utf8')) as {
        stations: { id: string; devices: object[] }[];
      };
      expect(described.stations[0]?.devices).toContainEqual({
        id: 'sbe37-3220',
        model: 'SBE37 MicroCAT',
        firmware: '3.1',
      });
    },
  );

  it.skipIf(!existsSync(decentlab))(
    'decodes uplinks of three network servers to the documented values (skipped: no shared uplinks)',
    async () => {
      const folder = makeWorkspace();
      const topics: Record<string, string> = {
        ChirpStack: 'application/1/device/0123456789abcdef/event/up',
        ThingsStackCommunity: 'v3/wells@ttn/devices/well/up',
        LORIOT: 'loriot/app',
      };
      const messages = Object.entries(topics).flatMap(([network, topic]) =>
        readdirSync(join(decentlab, network, 'uplink'))
          .filter((name) => name.startsWith('payload'))
          .map((name) => [topic, readFileSync(join(decentlab, network, 'uplink', name))] as [string, Uint8Array]),
      );
      const join_: [string, string] = ['application/1/device/0123456789abcdef/event/join', '{}'];
      const capture = join(folder, 'uplinks.log');
      writeFileSync(capture, logOf([...messages, join_]));
      const lake = join(folder, 'lake');
      const report = await ingest(lake, [capture], 'preset: decentlab-dl-ctd10\nstation: { id: wells }');
      expect(report.quarantined).toEqual({});
      expect(report.rows + report.duplicates).toBe(messages.length);
      expect(Object.values(report.ignored)).toEqual([1]);
      const documented = (await readLakeRows(lake)).filter((row) => row['water_depth'] === 4232);
      expect(documented.length).toBeGreaterThan(0);
      for (const row of documented) {
        expect(row).toMatchObject({ electrical_conductivity: 100, freezing_flag: 0 });
        expect(row['temperature']).toBeCloseTo(12.9, 10);
        expect(row['battery_voltage']).toBeCloseTo(3.168, 10);
      }
    },
  );

  it('keeps what no rule reads, and takes it out of quarantine when the mapping is right', async () => {
    const folder = makeWorkspace();
    const capture = join(folder, 'pico.log');
    writeFileSync(
      capture,
      logOf([
        ['pico/temperature/dht22', '23.5'],
        ['pico/humidity/dht22', '48'],
        ['pico/temperature/dht22', 'ERR'],
        ['barn/humidity', '61'],
      ]),
    );
    const rule = "{ topic: '{device}/{metric}/{sensor}', decoder: number }";
    const columns =
      'columns: [{ name: time, role: time }, { name: device, role: device }, { name: temperature }, { name: humidity }]';
    const lake = join(folder, 'lake');
    const first = await ingest(lake, [capture], `payload: [${rule}]\n${columns}`);
    expect(first).toMatchObject({
      messages: 4,
      rows: 1,
      duplicates: 1,
      conflicts: 0,
      quarantined: { undecodable: 1, no_rule: 1 },
    });
    expect(await readLakeRows(lake)).toMatchObject([{ device: 'pico', temperature: 23.5, humidity: 48 }]);
    const reasons = (await readQuarantine(lake)).map(({ reason, topic }) => [reason, topic]);
    expect(reasons).toEqual([
      ['undecodable', 'pico/temperature/dht22'],
      ['no_rule', 'barn/humidity'],
    ]);
    const mended = join(folder, 'mended.yaml');
    writeFileSync(mended, `payload: [${rule}, { topic: '{device}/{metric}', decoder: number }]\n${columns}`);
    expect((await startTool(['retry', lake, '--mapping', mended]).ended).code).toBe(0);
    expect(await readLakeRows(lake)).toMatchObject([{ device: 'barn', humidity: 61 }, { device: 'pico' }]);
    expect((await readQuarantine(lake)).map(({ reason }) => reason)).toEqual(['undecodable']);
  });
});

/** A row as the publisher's own record of what it sent has it. */
function publishedRow(line: string): Record<string, unknown> {
  const { topic, payload } = JSON.parse(line) as { topic: string; payload: string };
  const sent = JSON.parse(payload) as Record<string, unknown>;
  return {
    time: new Date(String(sent['ts'])),
    device_id: topic.split('/')[2],
    latitude: sent['lat'],
    longitude: sent['lon'],
    depth: sent['depth_m'],
    temperature: sent['temp_c'],
    conductivity: sent['cond_mS_cm'],
    pressure: sent['pres_dbar'],
  };
}
