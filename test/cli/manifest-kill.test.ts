import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifestIndex } from '@tidelake/lake-format';
import { afterAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../ingest-tool/src/manifest/part-rows';
import { refreshManifest } from '../../ingest-tool/src/manifest/refresh-manifest';
import { LakeLock } from '../../ingest-tool/src/publish/lake-lock';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { filesBelow, makeWorkspace, removeWorkspaces } from '../support/ingest-cli';
import { countOperations, killCount, killPoints, runKilled } from '../support/killed-run';
import { writeLake } from '../support/lake-on-disk';
import { SimulatedLake } from '../support/simulated-lake';

afterAll(removeWorkspaces);

const KILLS = killCount(12);
const INDEX = '_tidelake/manifest/index.json';

const lake = new SimulatedLake({
  stations: 3,
  days: 40,
  filesPerDay: 2,
  firstDay: { year: 2024, month: 11, day: 1 },
});

describe('tidelake manifest, killed', () => {
  it(
    `leaves the old manifest or the new one at ${KILLS} points of its work, and the new one after another run`,
    { timeout: 300_000 + KILLS * 20_000 },
    async () => {
      const folder = makeWorkspace();
      const old = join(folder, 'old');
      await writeLake(lake, old, (place) => place % 3 > 0);
      await refresh(old);
      const oldIndex = readFileSync(join(old, INDEX), 'utf8');
      const changed = join(folder, 'changed');
      cpSync(old, changed, { recursive: true, preserveTimestamps: true });
      await writeLake(lake, changed, (place) => place % 3 === 0);
      rmSync(join(changed, lake.keys.at(1)));
      const wanted = join(folder, 'wanted');
      cpSync(changed, wanted, { recursive: true, preserveTimestamps: true });
      await refresh(wanted);
      const newIndex = readFileSync(join(wanted, INDEX), 'utf8');
      expect(newIndex).not.toBe(oldIndex);

      const counted = join(folder, 'counted');
      cpSync(changed, counted, { recursive: true, preserveTimestamps: true });
      const operations = await countOperations(['manifest', counted]);
      const found = { old: 0, new: 0 };
      for (const point of killPoints(operations, KILLS, 20241121)) {
        const own = join(folder, 'own');
        cpSync(changed, own, { recursive: true, preserveTimestamps: true });
        const isKilled = await runKilled(['manifest', own], point);
        // Whether the last ones are reached depends on how many operations are under way at once.
        if (!isKilled) expect(point.operation).toBeGreaterThan(operations * 0.9);

        const index = readFileSync(join(own, INDEX), 'utf8');
        expect([oldIndex, newIndex]).toContain(index);
        found[index === newIndex ? 'new' : 'old']++;
        for (const part of parseManifestIndex(index).parts) {
          expect(rowsOf(readFileSync(join(own, part.path)))).toHaveLength(part.files);
        }
        await refresh(own);
        expect(readFileSync(join(own, INDEX), 'utf8')).toBe(newIndex);
        await refresh(own);
        const left = filesBelow(join(own, '_tidelake')).filter((path) => path !== 'lake.json');
        const named = parseManifestIndex(newIndex).parts.map(({ path }) => path.replace('_tidelake/', ''));
        expect(left).toEqual(['manifest/index.json', ...named].sort());
        rmSync(own, { recursive: true });
      }
      expect(Math.min(found.old, found.new)).toBeGreaterThan(0);
    },
  );
});

async function refresh(folder: string): Promise<void> {
  const lock = await LakeLock.acquire(folder);
  try {
    const storage = await openStorage(folder);
    await refreshManifest({
      data: storage,
      storage,
      dataRoot: undefined,
      h3: undefined,
      checksums: undefined,
      isExclusive: true,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  } finally {
    await lock.release();
  }
}
