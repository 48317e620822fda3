import { numberColumns } from '../lake/column-summary';
import { catalogueOf, type LakeCatalogue } from '../lake/coverage';
import { LakeError } from '../lake/lake-error';
import { ANYTHING } from '../lake/predicate';
import { listFiles } from './file-listing';
import type { OpenLake, ScanOptions } from './open-lake';

/** Files up to which a lake is listed as a whole: a hundred requests. */
const LARGEST_LISTING = 100_000;

/**
 * What is in a lake, from its manifest, or from a listing where that stays small, and which of its files are kept. No data are read.
 * @param stationKey the folder that names stations, where it is not the first that may
 * @throws LakeError `unsupported` for a large lake without a manifest
 */
export async function readCatalogue(
  lake: OpenLake,
  stationKey: string | undefined,
  options: ScanOptions,
): Promise<LakeCatalogue> {
  if (!lake.manifest && (lake.filesInLake ?? Infinity) > LARGEST_LISTING) {
    throw new LakeError({
      code: 'unsupported',
      message: `${lake.store.url} has too many files to be listed as a whole.`,
      advice: 'Write a manifest for it with “tidelake manifest”; it can be kept apart from the data.',
    });
  }
  const { timeColumn } = lake.schema;
  const columns = [...(timeColumn === null ? [] : [timeColumn]), ...numberColumns(lake.schema)];
  const { files, facts } = await listFiles(lake, { where: ANYTHING, columns }, options);
  const kept = new Set<string>();
  for (const { key, etag } of files) if (await lake.cache.has(key, etag)) kept.add(key);
  return catalogueOf(files, facts, lake.schema, kept, stationKey);
}
