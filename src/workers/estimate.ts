import { coalesceSpans, planReads, sizeOf } from '../lake/byte-ranges';
import type { TableScan } from '../lake/explain-plan';
import { LakeError } from '../lake/lake-error';
import { FOOTER_GUESS } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { matchingRowGroups } from '../lake/row-groups';
import type { FilePiece } from './file-piece';
import type { OpenLake, ScanOptions } from './open-lake';
import { fileColumnsOf, isReadInParts } from './piece-search';
import type { Estimate } from './protocol';
import { listFilesOf, planStatement } from './scan';
import type { Statement } from './statement';
import type { Workspace } from './workspace';

type Cost = Omit<Estimate, 'files'>;

/** A large file that nothing is known of costs a request for its footer and another for what the footer leaves of it. */
const REQUESTS_OF_LARGE_FILE = 2;

/**
 * What a script is going to cost, from plans and listings alone; nothing is fetched but listings, which are kept for the
 * query. What is resident is not counted. Of several statements, one that needs a table made by an earlier one cannot be
 * planned yet and is left out.
 * @throws LakeError, `bad-sql` where the first statement is wrong
 */
export async function estimateScan(
  workspace: Workspace,
  statements: readonly Statement[],
  options: ScanOptions,
): Promise<Estimate> {
  const costs = new Map<string, Cost>();
  for (const [index, statement] of statements.entries()) {
    const planned = workspace.lock(options.signal, () => planStatement(workspace, statement));
    const scans = index === 0 ? await planned : await planned.catch(nothingWhereUnknown);
    for (const scan of scans) {
      const lake = workspace.lakes.get(scan.table);
      if (lake) await addScan(costs, lake, scan, options);
    }
  }
  const needed = [...costs.values()].filter(({ requests }) => requests > 0);
  return {
    files: needed.length,
    bytes: needed.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: needed.reduce((sum, { requests }) => sum + requests, 0),
  };
}

async function addScan(costs: Map<string, Cost>, lake: OpenLake, scan: TableScan, options: ScanOptions): Promise<void> {
  const { files } = await listFilesOf(lake, scan, options);
  const columns = fileColumnsOf(lake.schema, scan.columns);
  for (const file of files) {
    const id = JSON.stringify([lake.table, file.key]);
    const cost = await costOf(lake, file, columns, scan.where);
    const before = costs.get(id) ?? { bytes: 0, requests: 0 };
    const bytes = Math.min(file.size, before.bytes + cost.bytes);
    costs.set(id, { bytes, requests: Math.max(before.requests, cost.requests) });
  }
}

function nothingWhereUnknown(error: unknown): TableScan[] {
  if (error instanceof LakeError && error.code === 'bad-sql') return [];
  throw error;
}

async function costOf(lake: OpenLake, file: LakeFile, columns: string[], where: Predicate): Promise<Cost> {
  if (isReadInParts(file, lake.footers)) return costInParts(lake, file, columns, where);
  const missing = lake.residency.missing([{ file, rowGroup: null }], columns).length > 0;
  if (!missing || (await lake.cache.get(file.key, file.etag))) return { bytes: 0, requests: 0 };
  return { bytes: columns.length === 0 ? Math.min(file.size, FOOTER_GUESS) : file.size, requests: 1 };
}

function costInParts(lake: OpenLake, file: LakeFile, columns: string[], where: Predicate): Cost {
  const footer = lake.footers.known(file);
  if (footer === undefined) {
    return columns.length === 0
      ? { bytes: FOOTER_GUESS, requests: 1 }
      : { bytes: file.size, requests: REQUESTS_OF_LARGE_FILE };
  }
  const pieces = matchingRowGroups({ footer, schema: lake.schema, partition: file.partition }, where).map(
    (rowGroup) => ({ file, rowGroup }),
  );
  const missing = lake.residency.missing(pieces, columns).flat();
  // The file is here as a whole, without some of the columns.
  if (missing.some(({ rowGroup }) => rowGroup === null)) return { bytes: file.size, requests: 1 };
  const rowGroups = missing.map(rowGroupOf);
  const ranges = planReads(footer, rowGroups, columns).flatMap(({ chunks }) => coalesceSpans(chunks));
  return { bytes: sizeOf(ranges), requests: ranges.length };
}

function rowGroupOf({ rowGroup }: FilePiece): number {
  return rowGroup ?? 0;
}
