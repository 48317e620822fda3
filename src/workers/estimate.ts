import { coalesceSpans, planReads, sizeOf } from '../lake/byte-ranges';
import { needsConsent } from '../lake/consent';
import type { TableScan } from '../lake/explain-plan';
import { LakeError } from '../lake/lake-error';
import { FOOTER_GUESS } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { matchingRowGroups } from '../lake/row-groups';
import { runInLanes } from '../sources/fetch-pool';
import type { FilePiece } from './file-piece';
import type { OpenLake, ScanOptions } from './open-lake';
import { fileColumnsOf, isReadInParts } from './piece-search';
import type { Estimate } from './protocol';
import { listFilesOf, planStatement } from './scan';
import type { Statement } from './statement';
import type { Workspace } from './workspace';

interface Cost {
  bytes: number;
  requests: number;
}

/** What a file costs a scan. */
interface FileCost extends Cost {
  lake: OpenLake;
  file: LakeFile;
  columns: string[];
  where: Predicate;
  /** False for a large file whose footer is not here: then the cost is the most that it can be. */
  isKnown: boolean;
}

/** A large file that nothing is known of costs a request for its footer and another for what the footer leaves of it. */
const REQUESTS_OF_LARGE_FILE = 2;

/** Footers that are fetched to tell how much of large files is needed; the query needs them too. */
const SAMPLED_FOOTERS = 6;

/**
 * What a script is going to cost, from plans and listings; these are kept for the query. What is resident is not counted. Of
 * several statements, one that needs a table made by an earlier one cannot be planned yet and is left out.
 * @param sampled where the cost is such that somebody should agree to it, a few footers are fetched, and what they say of
 *   large files is taken for the others; nothing is fetched but listings without it
 * @throws LakeError, `bad-sql` where the first statement is wrong
 */
export async function estimateScan(
  workspace: Workspace,
  statements: readonly Statement[],
  sampled: boolean,
  options: ScanOptions,
): Promise<Estimate> {
  const costs = new Map<string, FileCost>();
  for (const [index, statement] of statements.entries()) {
    const planned = workspace.lock(options.signal, () => planStatement(workspace, statement));
    const scans = index === 0 ? await planned : await planned.catch(nothingWhereUnknown);
    for (const scan of scans) {
      const lake = workspace.lakes.get(scan.table);
      if (lake) await addScan(costs, lake, scan, options);
    }
  }
  const needed = [...costs.values()].filter(({ requests }) => requests > 0);
  const most = sumOf(needed);
  if (!sampled || !needsConsent(most)) return most;
  return refined(needed, options.signal);
}

function sumOf(costs: FileCost[]): Estimate {
  return {
    files: costs.length,
    bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: costs.reduce((sum, { requests }) => sum + requests, 0),
  };
}

/** The costs with a share of the large files that their footers, or those of some of them, leave. */
async function refined(costs: FileCost[], signal: AbortSignal): Promise<Estimate> {
  const unknown = costs.filter(({ isKnown }) => !isKnown);
  const step = Math.max(1, unknown.length / SAMPLED_FOOTERS);
  const chosen = unknown.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  const known = await runInLanes(chosen, SAMPLED_FOOTERS, signal, async (cost, either) => {
    await cost.lake.footers.read(cost.lake.store, cost.file, either);
    return { ...cost, ...costInParts(cost.lake, cost.file, cost.columns, cost.where) };
  });
  const others = unknown.filter((cost) => !chosen.includes(cost));
  const [before, after, rest] = [sumOf(chosen), sumOf(known), sumOf(others)];
  const whole = sumOf(costs.filter(({ isKnown }) => isKnown));
  const share = before.bytes === 0 ? 1 : after.bytes / before.bytes;
  const perFile = chosen.length === 0 ? 0 : after.requests / chosen.length;
  return {
    files: costs.length,
    bytes: whole.bytes + after.bytes + Math.round(rest.bytes * share),
    // Each of the others costs the request for its footer besides.
    requests: whole.requests + after.requests + Math.round(others.length * (1 + perFile)),
  };
}

async function addScan(
  costs: Map<string, FileCost>,
  lake: OpenLake,
  scan: TableScan,
  options: ScanOptions,
): Promise<void> {
  const { files } = await listFilesOf(lake, scan, options);
  const columns = fileColumnsOf(lake.schema, scan.columns);
  for (const file of files) {
    const id = JSON.stringify([lake.table, file.key]);
    const cost = await costOf(lake, file, columns, scan.where);
    const before = costs.get(id) ?? { bytes: 0, requests: 0, isKnown: true };
    costs.set(id, {
      ...{ lake, file, columns, where: scan.where },
      bytes: Math.min(file.size, before.bytes + cost.bytes),
      requests: Math.max(before.requests, cost.requests),
      isKnown: before.isKnown && cost.isKnown,
    });
  }
}

function nothingWhereUnknown(error: unknown): TableScan[] {
  if (error instanceof LakeError && error.code === 'bad-sql') return [];
  throw error;
}

type OneCost = Cost & { isKnown: boolean };

async function costOf(lake: OpenLake, file: LakeFile, columns: string[], where: Predicate): Promise<OneCost> {
  if (isReadInParts(file, lake.footers)) return costInParts(lake, file, columns, where);
  const missing = lake.residency.missing([{ file, rowGroup: null }], columns).length > 0;
  if (!missing || (await lake.cache.get(file.key, file.etag))) return { bytes: 0, requests: 0, isKnown: true };
  const bytes = columns.length === 0 ? Math.min(file.size, FOOTER_GUESS) : file.size;
  return { bytes, requests: 1, isKnown: true };
}

function costInParts(lake: OpenLake, file: LakeFile, columns: string[], where: Predicate): OneCost {
  const footer = lake.footers.known(file);
  if (footer === undefined) {
    return columns.length === 0
      ? { bytes: FOOTER_GUESS, requests: 1, isKnown: true }
      : { bytes: file.size, requests: REQUESTS_OF_LARGE_FILE, isKnown: false };
  }
  const pieces = matchingRowGroups({ footer, schema: lake.schema, partition: file.partition }, where).map(
    (rowGroup) => ({ file, rowGroup }),
  );
  const missing = lake.residency.missing(pieces, columns).flat();
  // The file is here as a whole, without some of the columns.
  if (missing.some(({ rowGroup }) => rowGroup === null)) return { bytes: file.size, requests: 1, isKnown: true };
  const rowGroups = missing.map(rowGroupOf);
  const ranges = planReads(footer, rowGroups, columns).flatMap(({ chunks }) => coalesceSpans(chunks));
  return { bytes: sizeOf(ranges), requests: ranges.length, isKnown: true };
}

function rowGroupOf({ rowGroup }: FilePiece): number {
  return rowGroup ?? 0;
}
