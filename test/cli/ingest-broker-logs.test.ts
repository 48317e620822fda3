import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../ingest-tool/src/ingest/ingest-report';
import { dataFilesOf, makeWorkspace, removeWorkspaces, startTool, treeOf } from '../support/ingest-cli';
import { ROOT } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const folder = join(ROOT, '../shared/data/mqtt_pcap/local_broker');

const MAPPING = `
payload: [{ topic: 'ocean/+/+/ctd', decoder: json }]
station: { id: rapid-wb2 }
columns:
  - { name: time, from: ts, role: time }
  - { name: device_id, from: 'topic[2]', role: device }
  - { name: depth, from: depth_m, role: depth }
  - { name: temperature, from: temp_c, unit: degC }
  - { name: pressure, from: pres_dbar, unit: dbar }
`;

describe('one broker recorded in five ways', () => {
  it.skipIf(!existsSync(folder))('gives the same 816 rows, to the byte', { timeout: 240_000 }, async () => {
    const own = makeWorkspace();
    writeFileSync(join(own, 'mapping.yaml'), MAPPING);
    const trees = [];
    for (const name of [
      'A_mosquitto_sub_json.log',
      'A_mosquitto_sub_U_t_p.log',
      'A_mosquitto_sub_iso_tsv.log',
      'A_mosquitto_sub_v.log',
      'A_mqtt311_wb2_ctd_json_qos1.pcap',
    ]) {
      const lake = join(own, name);
      const mapping = join(own, 'mapping.yaml');
      const { stdout, stderr } = await startTool([
        ...['ingest', join(folder, name), '--to', lake, '--mapping', mapping, '--json'],
      ]).ended;
      if (stdout === '') throw new Error(stderr);
      const report = JSON.parse(stdout) as IngestReport;
      expect(report, name).toMatchObject({ rows: 816, duplicates: 0, quarantined: {} });
      trees.push(treeOf(lake, dataFilesOf(lake)));
    }
    expect(new Set(trees.map((tree) => JSON.stringify(tree))).size).toBe(1);
  });
});
