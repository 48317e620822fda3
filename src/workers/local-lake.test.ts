import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import { openNativeLake, type NativeLake } from '../../test/support/native-lake';
import { writeReferenceLake, type ReferenceLake } from '../../test/support/reference-lake';
import type { LakeSource } from '../sources/lake-source';

let lake: ReferenceLake;
let native: NativeLake;
let source: LakeSource;

beforeAll(async () => {
  lake = await writeReferenceLake({
    stations: ['north', 'south', 'west'],
    firstDay: '2025-11-23',
    days: 3,
    filesPerDay: 2,
    rowsPerFile: 60,
    described: true,
  });
  native = await openNativeLake(lake.root);
  const entries = await readdir(lake.root, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const full = path.join(parentPath, name);
        return { path: `lake/${path.relative(lake.root, full)}`, file: new File([await readFile(full)], name) };
      }),
  );
  source = { kind: 'files', name: 'lake', files };
});

afterAll(async () => {
  native.close();
  await lake.remove();
});

describe('a session over files of this machine', () => {
  it.each([
    ['TRUE', 18],
    [`station = 'south'`, 6],
    [`station = 'south' AND day = 24`, 2],
    [`station >= 'o' AND time < TIMESTAMP '2025-11-24'`, 4],
    [`day = 25`, 6],
  ])('answers right where %s, from no other file than those that can matter', async (where, files) => {
    const session = startNodeSession();
    const summary = await session.open(source);
    expect(summary).toMatchObject({ url: 'folder:lake/', foreign: false });
    const sql = `SELECT station, day, count(*)::INTEGER AS n FROM lake WHERE ${where} GROUP BY ALL ORDER BY ALL`;
    const { rows, receipt } = await session.query(sql);
    expect(rows.map(({ station, day, n }) => [station, Number(day), n])).toEqual(
      (await native.query(sql)).map(({ station, day, n }) => [station, Number(day), n]),
    );
    expect(receipt.filesFetched).toBe(files);
  });
});
