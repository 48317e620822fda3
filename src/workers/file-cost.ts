import { coalesceSpans, planReads, sizeOf } from '../lake/byte-ranges';
import { FOOTER_GUESS } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { matchingRowGroups } from '../lake/row-groups';
import type { FilePiece } from './file-piece';
import type { OpenLake } from './open-lake';
import { isReadInParts } from './piece-search';

/** What something takes of the network. */
export interface Cost {
  bytes: number;
  requests: number;
}

/** Whether a cost is sure, or the most that it can be: of a large file before its footer is here, of a small one whose footer may do. */
export type Certainty = 'sure' | 'large' | 'small';

/** What a scan wants of a file. */
export interface WantedFile {
  lake: OpenLake;
  file: LakeFile;
  /** Of the file. */
  columns: string[];
  where: Predicate;
}

/** A large file that nothing is known of costs a request for its footer and another for what the footer leaves of it. */
const REQUESTS_OF_LARGE_FILE = 2;

/** The pieces that are wanted of a file as far as it is known; the whole file where its footer is not here. */
export function knownPieces({ lake, file, where }: Omit<WantedFile, 'columns'>): FilePiece[] {
  const footer = isReadInParts(file, lake.footers) ? lake.footers.known(file) : undefined;
  if (footer === undefined) return [{ file, rowGroup: null }];
  const planned = { footer, schema: lake.schema, partition: file.partition };
  return matchingRowGroups(planned, where).map((rowGroup) => ({ file, rowGroup }));
}

/** What it takes to have the columns of a file in the engine. What is resident or cached takes nothing. */
export async function costOfFile(wanted: WantedFile): Promise<Cost & { certainty: Certainty }> {
  const { lake, file, columns } = wanted;
  if (isReadInParts(file, lake.footers)) return costInParts(wanted);
  const missing = lake.residency.missing([{ file, rowGroup: null }], columns).length > 0;
  if (!missing || (await lake.cache.get(file.key, file.etag))) return { bytes: 0, requests: 0, certainty: 'sure' };
  const bytes = columns.length === 0 ? Math.min(file.size, FOOTER_GUESS) : file.size;
  return { bytes, requests: 1, certainty: 'sure' };
}

function costInParts(wanted: WantedFile): Cost & { certainty: Certainty } {
  const { lake, file, columns } = wanted;
  const footer = lake.footers.known(file);
  if (footer === undefined) {
    return columns.length === 0
      ? { bytes: FOOTER_GUESS, requests: 1, certainty: 'sure' }
      : { bytes: file.size, requests: REQUESTS_OF_LARGE_FILE, certainty: 'large' };
  }
  const missing = lake.residency.missing(knownPieces(wanted), columns).flat();
  // The file is here as a whole, without some of the columns.
  if (missing.some(({ rowGroup }) => rowGroup === null)) return { bytes: file.size, requests: 1, certainty: 'sure' };
  const rowGroups = missing.map(({ rowGroup }) => rowGroup ?? 0);
  const ranges = planReads(footer, rowGroups, columns).flatMap(({ chunks }) => coalesceSpans(chunks));
  return { bytes: sizeOf(ranges), requests: ranges.length, certainty: 'sure' };
}
