import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import {
  dataFilesOf,
  filesBelow,
  ingestArguments,
  ingestCaptures,
  makeWorkspace,
  removeWorkspaces,
  startTool,
  treeOf,
} from '../support/ingest-cli';
import { delimited, encodeTelemetry, seededRandom, sweeps, telemetry } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const KILLS = Number(process.env['KILLS'] ?? 6);

describe('tidelake ingest, killed', () => {
  it(
    `leaves a whole lake at ${KILLS} random points, and the same one after a second run`,
    { timeout: 480_000 },
    async () => {
      const folder = makeWorkspace();
      const input = join(folder, 'a.pb');
      // Five days of four instruments, each a station: 20 partitions and something for the quarantine.
      const messages = sweeps(28_800).map((fields) => encodeTelemetry(fields));
      writeFileSync(input, delimited([...messages, encodeTelemetry(telemetry({ deviceId: '' }))]));
      const reference = join(folder, 'reference');
      const { report } = await ingestCaptures(reference, [input], ['--memory', '1']);
      expect(report).toMatchObject({ rows: 28_800, quarantined: { missing_device: 1 } });
      const expected = treeOf(reference);

      const random = seededRandom(20240131);
      const filesAtKill: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const lake = join(folder, `lake-${kill}`);
        const { child, ended } = startTool(ingestArguments(lake, [input], ['--memory', '1']));
        // The moment is chosen by progress as well as by time, so that it falls into every phase on any machine.
        const wanted = Math.floor(random() * 22) - 1;
        while (child.exitCode === null && !reached(lake, wanted)) await pause(1);
        await pause(random() * 20);
        child.kill('SIGKILL');
        await ended;
        const files = dataFilesOf(lake);
        filesAtKill.push(files.length);
        for (const file of files) expectWhole(join(lake, file));
        await ingestCaptures(lake, [input], ['--memory', '1']);
        expect(treeOf(lake), `killed after ${files.length} files`).toEqual(expected);
        expect(filesBelow(lake)).toEqual(Object.keys(expected));
      }
      expect(new Set(filesAtKill).size).toBeGreaterThanOrEqual(KILLS / 2);
    },
  );
});

/** Whether a run has come so far: -1 for its lock, else that many data files. */
function reached(lake: string, wanted: number): boolean {
  return wanted < 0 ? existsSync(join(lake, '_tidelake/lock')) : dataFilesOf(lake).length >= wanted;
}

function expectWhole(path: string): void {
  const bytes = readFileSync(path);
  const metadata = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  expect(Number(metadata.num_rows)).toBeGreaterThan(0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
