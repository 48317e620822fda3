import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compactHere } from '../support/compact-cli';
import { dataFilesOf, filesBelow, makeWorkspace, removeWorkspaces, startTool, treeOf } from '../support/ingest-cli';
import { countOperations, killCount, killPoints, runKilled } from '../support/killed-run';
import { writeRawLake } from '../support/raw-lake';

const KILLS = killCount(6);

/** Days of one month and the next; the last file of one lies in the folder of the other. */
const shape = {
  stations: ['a', 'b'],
  firstDay: '2025-10-31',
  days: 2,
  filesPerDay: 6,
  rowsPerFile: 20,
  variables: 2,
  isMisfiled: (file: number) => file === 5,
};

/** What anybody reads at any moment. */
const WHOLE = { n: 480n, sum: 0 };

let connection: DuckDBConnection;
let original: string;
let expected: Record<string, string>;
let operations: number;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  original = makeWorkspace();
  writeRawLake(original, shape);
  const made = await startTool(['manifest', original]).ended;
  expect(made.code, made.stderr).toBe(0);
  WHOLE.sum = (await read(globOf(original))).sum;
  const reference = makeWorkspace();
  cpSync(original, reference, { recursive: true });
  operations = await countOperations(['compact', reference]);
  expected = treeOf(reference, dataFilesOf(reference));
  expect(Object.keys(expected)).toHaveLength(4);
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

describe('tidelake compact, killed', () => {
  it(
    `leaves the old days or the new ones at ${KILLS} points of its work, for every reader, and the same lake after a second run`,
    { timeout: 60_000 + KILLS * 15_000 },
    async () => {
      const left = new Set<string>();
      const lake = join(makeWorkspace(), 'lake');
      for (const point of killPoints(operations, KILLS, 20251124)) {
        cpSync(original, lake, { recursive: true, preserveTimestamps: true });
        const at = JSON.stringify(point);
        // Whether the last ones are reached depends on how many operations are under way at once.
        if (!(await runKilled(['compact', lake], point))) expect(point.operation, at).toBeGreaterThan(operations * 0.9);
        left.add(
          filesBelow(join(lake, '_tidelake'))
            .join()
            .replace(/[0-9a-f]{16,}|\d+/g, ''),
        );
        expect(await read(globOf(lake)), `by listing, after ${at}`).toEqual(WHOLE);
        expect(await read(await filesOfManifest(lake)), `by the manifest, after ${at}`).toEqual(WHOLE);
        await compactHere(lake);
        expect(treeOf(lake, dataFilesOf(lake)), `killed at ${at}`).toEqual(expected);
        expect(
          filesBelow(join(lake, '_tidelake')).filter((path) => !/^(?:lake\.json|manifest\/.*)$/.test(path)),
          at,
        ).toEqual([]);
        expect(await read(await filesOfManifest(lake))).toEqual(WHOLE);
        rmSync(lake, { recursive: true });
      }
      // There are some ninety kinds of half-done work, however many kills.
      expect(left.size).toBeGreaterThan(Math.min(KILLS / 3, 80));
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
