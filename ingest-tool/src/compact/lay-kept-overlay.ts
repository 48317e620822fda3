import { manifestChanges } from '../manifest/manifest-changes';
import { describeColumns } from '../overlay/described-columns';
import { readKeptOverlay } from '../overlay/kept-overlay';
import { compact } from './compact-run';
import type { CompactReport } from './compact-report';
import { JobPool } from './job-pool';
import { LocalReplacer } from './local-replacer';
import { openLake } from './open-lake';

/**
 * Lays the overlay that a lake on this machine keeps over folders that were just written, and over nothing else.
 * @param folders relative to the lake's root
 * @returns what the entries came to; undefined where the lake keeps no overlay
 * @throws ToolError where the overlay is wrong, or another writer is at work
 */
export async function layKeptOverlay(
  lake: string,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<CompactReport | undefined> {
  if (folders.length === 0) return undefined;
  const { storage, address, root = lake, description } = await openLake(lake);
  const described = description?.columns ?? [];
  const overlay = await readKeptOverlay(storage, described);
  if (overlay === undefined) return undefined;
  const publish = description?.manifest === true ? manifestChanges(storage) : undefined;
  const replacer = await LocalReplacer.open(root, publish, null);
  const pool = new JobPool(storage, address);
  try {
    const report = await compact(storage, pool, replacer, {
      described,
      stations: undefined,
      folders,
      from: -Infinity,
      until: Infinity,
      closedBefore: Infinity,
      targetBytes: Infinity,
      minFiles: Infinity,
      overlay,
      signal,
      onProgress: () => undefined,
    });
    await describeColumns(storage, report.overlay?.columns ?? []);
    return report;
  } finally {
    await pool.close();
    await replacer.close();
  }
}
