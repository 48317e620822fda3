import { readStatisticsQuery } from '../lake/aggregate/statistics-states';
import { needsConsent } from '../lake/consent';
import type { TableScan } from '../lake/explain-plan';
import { LakeError } from '../lake/lake-error';
import { FOOTER_GUESS } from '../lake/limits';
import type { FileFacts } from '../lake/manifest-files';
import type { LakeFile } from '../lake/partition-walk';
import { emptyReceipt, type Receipt } from '../lake/receipt';
import { sayPredicate } from '../lake/predicate-text';
import { runInLanes } from '../sources/fetch-pool';
import { createStatesTable, readAggregate, type AggregateStatement } from './aggregate-plan';
import { divideInParts, type NeededRows } from './aggregate-scan';
import { isWorthAsking } from './aggregate-statistics';
import { chooseWay, type AggregateWay } from './aggregate-way';
import { isPartHere } from './content-part';
import { costOfFile, knownPieces, type Certainty, type Cost, type WantedFile } from './file-cost';
import type { FileListing } from './file-listing';
import type { OpenLake, ScanOptions } from './open-lake';
import { fileColumnsOf } from './piece-search';
import type { Estimate, ScanOutline } from './protocol';
import { listFilesOf, planStatement } from './scan';
import type { Statement } from './statement';
import { openAccount } from './tally';
import type { Workspace } from './workspace';

/** What a file costs a script. */
interface FileCost extends WantedFile, Cost {
  certainty: Certainty;
}

/** What a script costs, by files, and how it is answered. */
interface ScriptCosts {
  /** Those that are fetched, by lake and key. */
  files: Map<string, FileCost>;
  rollups: Cost;
  answeredBy: Receipt['answeredBy'];
  scans: ScanOutline[];
}

/** A scan with the files that it may need. */
interface ListedScan {
  lake: OpenLake;
  scan: TableScan;
  files: LakeFile[];
  facts: ReadonlyMap<string, FileFacts>;
}

/** Footers that are fetched to tell how much of large files is needed; the query needs them too. */
const SAMPLED_FOOTERS = 6;

/**
 * What a script is going to cost in the way it will be answered, from plans and listings; these are kept for the query. What is
 * resident is not counted. Of several statements, one that needs a table made by an earlier one cannot be planned yet and is left out.
 * @param sampled where the cost is such that somebody should agree to it, a few footers are fetched, and what they say of
 *   their files is taken for the others; nothing is fetched but listings without it
 * @throws LakeError, `bad-sql` where the first statement is wrong
 */
export async function estimateScan(
  workspace: Workspace,
  statements: readonly Statement[],
  sampled: boolean,
  options: ScanOptions,
): Promise<Estimate> {
  const before = await costsOf(workspace, statements, options);
  const most = estimateOf(before);
  if (!sampled || !needsConsent(most)) return most;
  const chosen = samplesOf([...before.files.values()]);
  if (chosen.length === 0) return most;
  await runInLanes(chosen, SAMPLED_FOOTERS, options.signal, ({ lake, file }, either) =>
    lake.footers.read(lake.store, file, either),
  );
  return extrapolated(before, await costsOf(workspace, statements, options), chosen);
}

function estimateOf({ files, rollups, answeredBy, scans }: ScriptCosts): Estimate {
  const needed = [...files.values()];
  return { files: needed.length, ...sumOf([...needed, rollups]), answeredBy, scans };
}

function sumOf(costs: readonly Cost[]): Cost {
  return {
    bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: costs.reduce((sum, { requests }) => sum + requests, 0),
  };
}

/** Files throughout the lake whose footers tell of the others. One small file is enough: it helps or it does not. */
function samplesOf(costs: readonly FileCost[]): FileCost[] {
  const large = costs.filter(({ certainty }) => certainty === 'large');
  const small = costs.filter(({ certainty }) => certainty === 'small');
  const step = Math.max(1, large.length / SAMPLED_FOOTERS);
  const chosen = large.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  return [...chosen, ...small.slice(small.length >> 1, (small.length >> 1) + 1)];
}

/** The costs once some footers are here, with the share that they left of their own files taken for the others. */
function extrapolated(before: ScriptCosts, after: ScriptCosts, chosen: readonly FileCost[]): Estimate {
  const known = [...after.files.values()].filter(({ certainty }) => certainty === 'sure');
  const { bytes, requests } = sumOf([...known, after.rollups]);
  const estimate: Estimate = {
    files: known.length,
    bytes,
    requests,
    answeredBy: { ...after.answeredBy },
    scans: after.scans,
  };
  for (const certainty of ['large', 'small'] as const) {
    const others = [...after.files.values()].filter((cost) => cost.certainty === certainty);
    const samples = chosen.filter((cost) => cost.certainty === certainty);
    const left = samples.map((cost) => after.files.get(idOf(cost)) ?? { bytes: 0, requests: 0 });
    const share = sumOf(left).bytes / Math.max(1, sumOf(samples).bytes);
    const perFile = sumOf(left).requests / Math.max(1, samples.length);
    estimate.files += others.length;
    estimate.bytes += Math.max(Math.round(sumOf(others).bytes * share), others.length * FOOTER_GUESS);
    // A large one costs the request for its footer besides.
    estimate.requests += Math.round(others.length * (certainty === 'large' ? 1 + perFile : 1));
    const told = after.answeredBy.statistics - before.answeredBy.statistics;
    if (perFile === 0 && told > 0) estimate.answeredBy.statistics += others.length;
  }
  return estimate;
}

async function costsOf(
  workspace: Workspace,
  statements: readonly Statement[],
  options: ScanOptions,
): Promise<ScriptCosts> {
  const { answeredBy } = emptyReceipt();
  const costs: ScriptCosts = { files: new Map(), rollups: { bytes: 0, requests: 0 }, answeredBy, scans: [] };
  for (const [index, statement] of statements.entries()) {
    const planned = workspace.lock(options.signal, () => planStatement(workspace, statement));
    const scans = index === 0 ? await planned : await planned.catch(nothingWhereUnknown);
    const listed: ListedScan[] = [];
    for (const scan of scans) {
      const lake = workspace.lakes.get(scan.table);
      if (!lake) continue;
      const listing = await listFilesOf(lake, scan, options);
      listed.push({ lake, scan, ...listing });
      costs.scans.push(outlineOf(lake, scan, listing));
    }
    const aggregate = await readAggregate(workspace, statement, scans);
    const [first] = listed;
    const isDivided = aggregate && first && (await addWay(costs, workspace, aggregate, first, options));
    if (!isDivided) for (const one of listed) await addFiles(costs, one, one.files, 'sure');
  }
  for (const [id, { requests }] of costs.files) if (requests === 0) costs.files.delete(id);
  return costs;
}

function outlineOf(lake: OpenLake, scan: TableScan, { files, foldersPruned, filesPruned }: FileListing): ScanOutline {
  return {
    table: lake.table,
    columns: scan.columns,
    where: sayPredicate(scan.where),
    filesInLake: lake.filesInLake,
    filesMatched: files.length,
    pruned: { folders: foldersPruned, manifest: filesPruned },
  };
}

function nothingWhereUnknown(error: unknown): TableScan[] {
  if (error instanceof LakeError && error.code === 'bad-sql') return [];
  throw error;
}

/** Adds what an aggregate costs in parts; false where it is not answered from such. */
async function addWay(
  costs: ScriptCosts,
  workspace: Workspace,
  aggregate: AggregateStatement,
  listed: ListedScan,
  options: ScanOptions,
): Promise<boolean> {
  const { lake, scan, files, facts } = listed;
  const pieces = files.flatMap((file) => knownPieces({ lake, file, where: scan.where }));
  const need: NeededRows = { ...openAccount().of(lake), pieces, columns: scan.columns, facts };
  const way = await workspace.lock(options.signal, () => findWay(workspace, aggregate, need, options));
  const statistics = readStatisticsQuery(aggregate.divided, lake.schema);
  const rows = new Set((way?.rows ?? pieces).map(({ file }) => file));
  // Statistics that are not here yet may spare small files, too.
  await addFiles(costs, listed, [...rows], statistics && files.length > 1 ? 'small' : 'sure');
  if (way === undefined) return true;
  for (const part of way.rollups?.choice.parts ?? []) {
    if (await isPartHere(lake.cache, part)) continue;
    costs.rollups.bytes += part.bytes;
    costs.rollups.requests += 1;
  }
  const missing = lake.residency.missing(way.rows, scan.columns).flat();
  costs.answeredBy.statistics += way.statistics?.files.length ?? 0;
  costs.answeredBy.rollups += way.rollups?.choice.parts.length ?? 0;
  if (way.inParts) {
    const parts = divideInParts({ ...need, pieces: missing }, workspace.shelf.budget, options.inParts === true);
    costs.answeredBy.parts += parts.length;
  }
  return true;
}

/** The way that a statement is answered, where DuckDB takes it so. */
async function findWay(
  workspace: Workspace,
  aggregate: AggregateStatement,
  need: NeededRows,
  options: ScanOptions,
): Promise<AggregateWay | undefined> {
  const way = await chooseWay(workspace, aggregate, need, options, 'known');
  const states = way && (await createStatesTable(workspace.engine, aggregate));
  await states?.drop();
  return states && way;
}

/** Adds the costs of files. @param certainty of those small files whose footers are less than they are */
async function addFiles(
  { files: costs }: ScriptCosts,
  { lake, scan, facts }: ListedScan,
  files: readonly LakeFile[],
  certainty: Certainty,
): Promise<void> {
  const columns = fileColumnsOf(lake.schema, scan.columns);
  for (const file of files) {
    const wanted: WantedFile = { lake, file, columns, where: scan.where };
    const cost = await costOfFile(wanted);
    const mayTell = !facts.has(file.key) && lake.footers.known(file) === undefined && isWorthAsking(file);
    const before = costs.get(idOf(wanted));
    const known = cost.certainty === 'sure' && cost.requests > 0 && mayTell ? certainty : cost.certainty;
    costs.set(idOf(wanted), {
      ...wanted,
      bytes: Math.min(file.size, (before?.bytes ?? 0) + cost.bytes),
      requests: Math.max(before?.requests ?? 0, cost.requests),
      certainty: before && before.certainty !== 'sure' ? before.certainty : known,
    });
  }
}

function idOf({ lake, file }: Pick<WantedFile, 'lake' | 'file'>): string {
  return JSON.stringify([lake.table, file.key]);
}
