import { createStatesTable } from './aggregate-plan';
import type { AggregateStatement, StatesTable } from './aggregate-plan';
import { addRollups, findRollups } from './aggregate-rollups';
import { addRows, exceedsBudget, type NeededRows } from './aggregate-scan';
import { addStatistics, findStatistics } from './aggregate-statistics';
import type { StatisticsAnswer } from './aggregate-statistics';
import { loadPieces } from './file-loading';
import type { ScanOptions } from './open-lake';
import type { ArrowAnswer } from './result';
import type { Account } from './tally';
import type { Workspace } from './workspace';

/**
 * Answers a statement from partial states where that spares reading rows, or holding all of them in memory; undefined
 * where it does neither, or where DuckDB would not answer the divided statement in the same types. Callers hold the lock.
 */
export async function answerAggregate(
  workspace: Workspace,
  aggregate: AggregateStatement,
  needs: readonly NeededRows[],
  options: ScanOptions,
  account: Account,
): Promise<ArrowAnswer | undefined> {
  const { engine } = workspace;
  const need = needs.find(({ lake }) => lake === aggregate.lake);
  if (need === undefined) return undefined;
  const rollups = findRollups(aggregate, need);
  const statistics = rollups
    ? undefined
    : await account.measured('list', () => findStatistics(engine, aggregate, need, options));
  if (rollups === undefined && statistics === undefined && !exceedsBudget(workspace, need)) return undefined;
  const states = await createStatesTable(engine, aggregate);
  if (states === undefined) return undefined;
  try {
    let rest = need;
    if (statistics) rest = await spareFiles(workspace, states, statistics, need, account);
    if (rollups) {
      rest = await account.measured('fetch', () => addRollups(engine, states, rollups, need, options, account));
    }
    await addNeeded(workspace, aggregate, states, rest, options, account);
    options.onProgress({ phase: 'query', done: 0, total: 0, bytes: 0 });
    return await account.measured('query', () => engine.run(states.final, options.signal));
  } finally {
    await aggregate.lake.residency.hide();
    await states.drop();
  }
}

/** Adds what statistics tell, and leaves what must be read. */
async function spareFiles(
  { engine }: Workspace,
  states: StatesTable,
  statistics: StatisticsAnswer,
  need: NeededRows,
  { receipt }: Account,
): Promise<NeededRows> {
  await addStatistics(engine, states, statistics);
  const known = new Set(statistics.files.map(({ file }) => file));
  for (const { key } of known) need.tally.matched.add(key);
  receipt.answeredBy.statistics += known.size;
  return { ...need, pieces: need.pieces.filter(({ file }) => !known.has(file)) };
}

/** Adds the states of rows: what fits into the budget becomes resident for the next statement. */
async function addNeeded(
  workspace: Workspace,
  aggregate: AggregateStatement,
  states: StatesTable,
  need: NeededRows,
  options: ScanOptions,
  account: Account,
): Promise<void> {
  const { lake, counted, tally, pieces, columns } = need;
  if (pieces.length === 0) return;
  if (!exceedsBudget(workspace, need)) {
    lake.residency.use(pieces);
    await loadPieces(counted, lake.residency.missing(pieces, columns), columns, tally, options);
  }
  await addRows(workspace, aggregate, states, need, options, account);
  await workspace.shelf.evict();
}
