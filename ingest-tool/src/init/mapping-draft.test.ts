import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findCaptures } from '../inputs/input-files';
import { inspectCaptures } from '../inspect/inspect-run';
import { parseMapping } from '../map/mapping';
import { draftMappingOf } from './mapping-draft';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-draft-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The lines that say something of a mapping drafted from a file. */
async function draftOf(name: string, content: string | Uint8Array): Promise<string[]> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const report = await inspectCaptures({
    captures: await findCaptures([path]),
    format: undefined,
    type: undefined,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const draft = draftMappingOf(report, undefined) ?? '';
  parseMapping(draft, name);
  return draft.split('\n').map((line) => line.replace(/ # .*/, '').trim());
}

const hours = Array.from({ length: 12 }, (_, hour) => `2024-01-01T${String(hour).padStart(2, '0')}:00:00Z`);

describe('drafts of mappings', () => {
  it('keep the sensors of a device apart that measure the same', async () => {
    const topics = ['pico/temperature/dht22', 'pico/humidity/dht22', 'pico/temperature/internal'];
    const lines = topics.map((topic, index) => `1731415910.00000000${index} 1 0 2 ${topic} 3231\n`);
    const draft = await draftOf('pico.log', lines.join(''));
    expect(draft).toContain("- { name: temperature_dht22, from: 'temperature/dht22' }");
    expect(draft).toContain("- { name: temperature_internal, from: 'temperature/internal' }");
    expect(draft).toContain('- { name: humidity }');
  });

  it('take a column of numbers with some other texts for what it is', async () => {
    const rows = hours.map((time, hour) => `${time},${hour === 5 ? 'ERR' : hour},ok`);
    const draft = await draftOf('stray.csv', `time,Temp (°C),state\n${rows.join('\n')}\n`);
    expect(draft).toContain('missing: [ERR]');
    expect(draft).toContain("- { name: temperature, from: 'Temp (°C)', unit: '°C' }");
  });

  it('tell the instruments of a table apart by the column that names them', async () => {
    const rows = hours.flatMap((time) => [`${time};7;1,5`, `${time};8;2,5`]);
    const draft = await draftOf('two.csv', Buffer.from(`Zeit;sensor_id;Wärme\n${rows.join('\n')}\n`, 'latin1'));
    expect(draft).toContain('- { name: device_id, from: sensor_id, role: device }');
  });

  it('tell the rows of a profile apart by their pressure', async () => {
    const rows = hours.flatMap((time) => [5, 10, 20, 40].map((pressure) => `${time},${pressure},9.5`));
    const draft = await draftOf('profiles.csv', `time,pres,temp\n${rows.join('\n')}\n`);
    expect(draft).toContain('- { name: pressure, from: pres, role: depth, unit: dbar }');
  });

  it('name a logger as its header does', async () => {
    const head =
      '"TOA5","Mast","CR1000","12345","OS","CPU:a.CR1","54321","Hourly"\n"TIMESTAMP","T"\n"TS","C"\n"","Avg"\n';
    expect(await draftOf('mast.dat', `${head}"2014-04-11 00:00:00",1.5\n`)).toContain(
      "- { name: device_id, from: 'header.serial', role: device }",
    );
  });

  it('of uplinks that nothing can decode still say when and of which device they are', async () => {
    const uplink = { cmd: 'rx', EUI: '0004A30B001ADCB5', ts: 1501064048945, port: 1, data: '0200fc' };
    const draft = await draftOf('uplink.json', JSON.stringify(uplink));
    expect(draft).toContain('decoder: loriot');
    expect(draft).toContain('- { name: time, role: time }');
    expect(draft).toContain('- { name: device_id, from: device, role: device }');
  });
});
