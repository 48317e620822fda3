import { planScans } from '../lake/explain-plan';
import type { TableScan } from '../lake/explain-plan';
import { LakeError } from '../lake/lake-error';
import type { FileFacts } from '../lake/manifest-files';
import type { LakeFile } from '../lake/partition-walk';
import { and, or } from '../lake/predicate';
import { throwIfCancelled } from '../sources/cancellation';
import { answerAggregate } from './aggregate-answer';
import { readAggregate } from './aggregate-plan';
import type { NeededRows } from './aggregate-scan';
import { listFiles } from './file-listing';
import type { FileListing } from './file-listing';
import { loadPieces } from './file-loading';
import { MAIN_LAKE } from './lake-name';
import { withNullSafePlans } from './null-safe-plans';
import type { OpenLake, ScanOptions } from './open-lake';
import { findPieces } from './piece-search';
import type { Phase, QueryResult } from './protocol';
import { showsAllColumns } from './schema-differences';
import { decodeResult } from './result';
import type { ArrowAnswer } from './result';
import type { Statement } from './statement';
import { countFetched, openAccount } from './tally';
import type { Account, CountedLake } from './tally';
import type { Workspace } from './workspace';

/**
 * Answers SQL over the lakes of a workspace: plans what each statement needs of each, lists and fetches only what is not
 * resident, and runs the user's own SQL over their views. The answer is that of the last statement.
 * @throws LakeError
 */
export async function runScan(
  workspace: Workspace,
  statements: readonly Statement[],
  options: ScanOptions & { onDone?: (statement: Statement) => void },
): Promise<QueryResult> {
  const account = openAccount();
  let answer: ArrowAnswer | undefined;
  for (const statement of statements) {
    answer = await runStatement(workspace, statement, options, account);
    options.onDone?.(statement);
  }
  throwIfCancelled(options.signal);
  const main = workspace.lakes.get(MAIN_LAKE);
  if (main && account.isEmpty()) account.of(main);
  const columns = answer ? decodeResult(answer) : [];
  const rowCount = answer?.batches.reduce((rows, batch) => rows + batch.numRows, 0) ?? 0;
  account.receipt.rowsReturned = rowCount;
  return { columns, rowCount, receipt: account.close() };
}

async function runStatement(
  workspace: Workspace,
  statement: Statement,
  options: ScanOptions,
  account: Account,
): Promise<ArrowAnswer> {
  const { engine, lock, shelf } = workspace;
  const { signal } = options;
  const { receipt } = account;
  const report = (phase: Phase) => options.onProgress({ phase, done: 0, total: 0, bytes: 0 });

  report('plan');
  const scans = await account.measured('plan', () => lock(signal, () => planStatement(workspace, statement)));
  const needs = await account.measured('list', () => listNeeds(workspace, scans, account, options));
  const aggregate = await readAggregate(workspace, statement, scans);
  const answer = async (): Promise<ArrowAnswer> => {
    const aggregated = aggregate && (await answerAggregate(workspace, aggregate, needs, options, account));
    if (aggregated) return aggregated;
    for (const { lake, pieces } of needs) lake.residency.use(pieces);
    for (const { lake, counted, tally, pieces, columns } of needs) {
      const missing = lake.residency.missing(pieces, columns);
      for (const { file } of pieces) tally.matched.add(file.key);
      if (missing.length > 0) await loadPieces(counted, missing, columns, tally, options);
    }
    checkColumns(needs, statement);
    report('query');
    receipt.rowsScanned += await account.measured('load', () => showNeeds(workspace, needs));
    return account.measured('query', () => engine.run(statement, signal));
  };
  return lock(signal, () => {
    checkStillOpen(workspace, needs);
    shelf.begin();
    return withNullSafePlans(engine, statement, answer);
  });
}

/** What a statement needs of each lake. Callers hold the lock. */
export async function planStatement({ engine, lakes }: Workspace, statement: Statement): Promise<TableScan[]> {
  if (statement.kind === 'describes') return [];
  const schemas = new Map([...lakes.values()].map(({ table, schema }) => [table, schema]));
  return planScans(await engine.explain(statement, schemas.keys()), schemas);
}

/** The files that a scan may need, by listing alone. Of a lake with rollups their times are known too, for which these stand. */
export async function listFilesOf(lake: OpenLake, scanned: TableScan, options: ScanOptions): Promise<FileListing> {
  const { selection, schema, rollups } = lake;
  const scan = rollups ? { ...scanned, columns: [...scanned.columns, rollups.columns.time] } : scanned;
  if (!selection) return listFiles(lake, scan, options);
  const { within, filename } = selection;
  const folderKeys = schema.partitionKeys.filter(({ name }) => name !== filename?.column);
  const folders = { ...lake, schema: { ...schema, partitionKeys: folderKeys } };
  const listing = await listFiles(folders, { ...scan, where: and(scan.where, within) }, options);
  if (!filename) return listing;
  const named = listing.files.map((file) => ({
    ...file,
    partition: { ...file.partition, [filename.column]: filename.addressOf(file.key) },
  }));
  return { ...listing, files: named };
}

async function listNeeds(
  { lakes }: Workspace,
  scans: TableScan[],
  account: Account,
  options: ScanOptions,
): Promise<NeededRows[]> {
  const needs: NeededRows[] = [];
  for (const lake of lakes.values()) {
    const own = scans.filter(({ table }) => table === lake.table);
    if (own.length > 0) needs.push(await listNeed(account.of(lake), own, options));
  }
  return needs;
}

async function listNeed(source: CountedLake, scans: TableScan[], options: ScanOptions): Promise<NeededRows> {
  const { lake, counted, tally } = source;
  const { pruned, requests } = tally.receipt;
  const files = new Map<string, LakeFile>();
  const columns = new Set<string>();
  const facts = new Map<string, FileFacts>();
  for (const scan of scans) {
    const listing = await listFilesOf(counted, scan, options);
    for (const [key, fact] of listing.facts) facts.set(key, fact);
    for (const file of listing.files) files.set(file.key, file);
    for (const column of scan.columns) columns.add(column);
    pruned.folders += listing.foldersPruned;
    pruned.manifest += listing.filesPruned;
    requests.manifest += listing.manifestRequests;
    if (scan.where.kind === 'anything') lake.filesInLake ??= listing.files.length;
  }
  const wanted = { columns: [...columns], where: or(...scans.map((scan) => scan.where)) };
  const found = await findPieces(counted, [...files.values()], wanted, {
    ...options,
    onFetched: (file, bytes) => {
      requests.footers++;
      countFetched(tally, file, bytes);
    },
  });
  pruned.rowGroups += found.pruned.rowGroups;
  pruned.bloom += found.pruned.bloom;
  pruned.pages += found.pruned.pages;
  const left = new Set(found.pieces.map(({ file }) => file.key));
  pruned.footers += files.size - left.size;
  return { ...source, pieces: found.pieces, columns: [...columns], facts };
}

/** Makes each lake's view what the statement needs of it, and nothing where it needs nothing. */
async function showNeeds({ lakes, shelf }: Workspace, needs: NeededRows[]): Promise<number> {
  let rows = 0;
  for (const lake of lakes.values()) {
    const need = needs.find((candidate) => candidate.lake === lake);
    rows += await lake.residency.show(need?.pieces ?? []);
  }
  await shelf.evict();
  return rows;
}

/** An answer with all columns is one with those of all files that were read for it. */
function checkColumns(needs: NeededRows[], { sql }: Statement): void {
  if (!showsAllColumns(sql)) return;
  for (const { lake } of needs) {
    const [first] = lake.differences?.noted() ?? [];
    if (!first) continue;
    throw new LakeError({
      code: 'schema-clash',
      message: `${first.file.key} has columns that were not known of this lake: ${first.columns.join(', ')}.`,
      advice: 'Run the query again: they are known now.',
    });
  }
}

/** A lake may have been detached, or opened anew, while its files were listed. */
function checkStillOpen({ lakes }: Workspace, needs: NeededRows[]): void {
  const gone = needs.find(({ lake }) => lakes.get(lake.table) !== lake);
  if (!gone) return;
  throw new LakeError({
    code: 'cancelled',
    message: `The lake “${gone.lake.table}” was closed before the query began to read it.`,
    advice: 'Run the query again.',
  });
}
