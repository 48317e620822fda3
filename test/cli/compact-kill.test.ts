import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compactLake } from '../support/compact-cli';
import { dataFilesOf, filesBelow, makeWorkspace, removeWorkspaces, startTool, treeOf } from '../support/ingest-cli';
import { seededRandom } from '../support/ocean-telemetry';
import { writeRawLake } from '../support/raw-lake';

/** `KILLS=1000` for the full count. */
const KILLS = Number(process.env['KILLS'] ?? 12);

/** Days of one month and the next; the last file of one day lies in the folder of the following. */
const shape = {
  stations: ['a', 'b'],
  firstDay: '2025-10-30',
  days: 4,
  filesPerDay: 6,
  rowsPerFile: 20,
  variables: 2,
  isMisfiled: (file: number) => file === 5 || file === 29,
};

/** What anybody reads at any moment. */
const WHOLE = { n: 960n, sum: 0 };

let connection: DuckDBConnection;
let original: string;
let expected: Record<string, string>;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  original = makeWorkspace();
  writeRawLake(original, shape);
  const made = await startTool(['manifest', original]).ended;
  expect(made.code, made.stderr).toBe(0);
  WHOLE.sum = (await read(globOf(original))).sum;
  const reference = makeWorkspace();
  cpSync(original, reference, { recursive: true });
  const { report } = await compactLake(reference);
  expect(report).toMatchObject({ folders: 8, filesAfter: 8, atomic: true });
  expected = treeOf(reference, dataFilesOf(reference));
});

afterAll(() => {
  connection.closeSync();
  removeWorkspaces();
});

const globOf = (lake: string): string => `'${lake}/station=*/**/*.parquet'`;

async function read(files: string): Promise<{ n: bigint; sum: number }> {
  const result = await connection.runAndReadAll(
    `SELECT count(*) AS n, sum(v0 * 1000)::BIGINT AS sum FROM read_parquet(${files})`,
  );
  const [row] = result.getRowObjects();
  return { n: BigInt(String(row?.['n'])), sum: Number(row?.['sum']) };
}

/** The files that the manifest names now. */
async function filesOfManifest(lake: string): Promise<string> {
  const index: { parts: { path: string }[] } = JSON.parse(
    readFileSync(join(lake, '_tidelake/manifest/index.json'), 'utf8'),
  );
  const parts = index.parts.map(({ path }) => `'${join(lake, path)}'`).join(', ');
  const paths = await connection.runAndReadAll(`SELECT path FROM read_parquet([${parts}], union_by_name = true)`);
  return `[${paths
    .getRowObjects()
    .map(({ path }) => `'${join(lake, String(path))}'`)
    .join(', ')}]`;
}

/** Reads as a reader does who asks again when a file is gone; how often it was, is counted. */
async function readAgain(files: () => Promise<string>, gone: { count: number }): Promise<{ n: bigint; sum: number }> {
  for (;;) {
    try {
      return await read(await files());
    } catch (error) {
      if (!/No such file|Cannot open file|No files found that match/.test(String(error)) || gone.count++ > 1000)
        throw error;
    }
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('tidelake compact, killed', () => {
  it(
    `leaves the old days or the new ones at ${KILLS} random points, for every reader, and the same lake after a second run`,
    { timeout: KILLS * 30_000 },
    async () => {
      const random = seededRandom(20251124);
      const left = new Set<string>();
      for (let kill = 0; kill < KILLS; kill++) {
        const lake = makeWorkspace();
        cpSync(original, lake, { recursive: true });
        const { child, ended } = startTool(['compact', lake]);
        const wanted = [
          '_tidelake/lock',
          '_tidelake/swap/made',
          '_tidelake/swap/new',
          '_tidelake/swap/journal.json',
          '_tidelake/swap/ahead',
          '_tidelake/swap/old',
        ][kill % 6];
        while (child.exitCode === null && !existsSync(join(lake, wanted ?? ''))) await pause(1);
        await pause(random() * (kill % 2 === 0 ? 5 : 60));
        child.kill('SIGKILL');
        await ended;
        left.add(
          filesBelow(join(lake, '_tidelake'))
            .join()
            .replace(/[0-9a-f]{16,}|\d+/g, ''),
        );
        expect(await read(globOf(lake)), `by listing, after ${wanted}`).toEqual(WHOLE);
        expect(await read(await filesOfManifest(lake)), `by the manifest, after ${wanted}`).toEqual(WHOLE);
        const { code } = await compactLake(lake);
        expect(code).toBe(0);
        expect(treeOf(lake, dataFilesOf(lake)), `killed at ${wanted}`).toEqual(expected);
        expect(
          filesBelow(join(lake, '_tidelake')).filter((path) => !/^(?:lake\.json|manifest\/.*)$/.test(path)),
        ).toEqual([]);
        expect(await read(await filesOfManifest(lake))).toEqual(WHOLE);
      }
      expect(left.size).toBeGreaterThan(2);
    },
  );

  it(
    'shows readers at work the old days or the new ones, by listing and by the manifest',
    { timeout: 300_000 },
    async () => {
      const answers = { listing: 0, manifest: 0 };
      const gone = { listing: { count: 0 }, manifest: { count: 0 } };
      for (let run = 0; run < 4; run++) {
        const lake = makeWorkspace();
        cpSync(original, lake, { recursive: true });
        const { child, ended } = startTool(['compact', lake]);
        while (child.exitCode === null) {
          expect(await readAgain(() => Promise.resolve(globOf(lake)), gone.listing)).toEqual(WHOLE);
          answers.listing++;
          expect(await readAgain(() => filesOfManifest(lake), gone.manifest)).toEqual(WHOLE);
          answers.manifest++;
        }
        expect((await ended).code).toBe(0);
      }
      expect(answers.listing).toBeGreaterThan(20);
      expect(answers.manifest).toBeGreaterThan(20);
    },
  );
});
