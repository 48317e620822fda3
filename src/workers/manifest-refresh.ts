import { formatManifestIndex } from '@tidelake/lake-format';
import { LakeError } from '../lake/lake-error';
import type { DescribedLake } from './describe-lake';
import { readManifestIndex, totalsOf } from './manifest';

/** Parts of another file than the manifest knows, read by the footer that it knows, look damaged. */
const SIGNS_OF_CHANGE = ['not-found', 'truncated', 'not-parquet'];

/**
 * Where a file of a lake with a manifest is not there any more, or is another one, a writer has probably published a new
 * manifest meanwhile.
 * @param error of a query on the lakes
 * @returns the lakes whose manifest has changed, by their names, as they are now
 */
export async function rereadManifests(
  lakes: ReadonlyMap<string, DescribedLake>,
  error: unknown,
  signal: AbortSignal,
): Promise<Map<string, DescribedLake>> {
  const renewed = new Map<string, DescribedLake>();
  if (!(error instanceof LakeError && SIGNS_OF_CHANGE.includes(error.code))) return renewed;
  for (const [name, lake] of lakes) {
    if (!lake.manifest) continue;
    const manifest = await readManifestIndex(lake.store, signal);
    if (formatManifestIndex(manifest) === formatManifestIndex(lake.manifest)) continue;
    renewed.set(name, { ...lake, manifest, summary: { ...lake.summary, totals: totalsOf(manifest) } });
  }
  return renewed;
}
