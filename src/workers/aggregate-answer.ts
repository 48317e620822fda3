import { LakeError } from '../lake/lake-error';
import { emptyReceipt } from '../lake/receipt';
import { createStatesTable } from './aggregate-plan';
import type { AggregateStatement, StatesTable } from './aggregate-plan';
import { addRollups } from './aggregate-rollups';
import { addRows, type NeededRows } from './aggregate-scan';
import { addStatistics } from './aggregate-statistics';
import { chooseWay, type AggregateWay } from './aggregate-way';
import { loadPieces } from './file-loading';
import type { ScanOptions } from './open-lake';
import type { ArrowAnswer } from './result';
import type { Account } from './tally';
import type { Workspace } from './workspace';

/**
 * Answers a statement from partial states where that spares reading rows, or holding all of them in memory; undefined
 * where it does neither, where DuckDB would not answer the divided statement in the same types, or where the values it is about
 * are too many to be kept one by one. Callers hold the lock.
 * @throws LakeError `out-of-memory` where the values are too many, and the statement was to be answered in parts
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
  const way = await account.measured('list', () => chooseWay(workspace, aggregate, need, options, 'fetched'));
  const states = way && (await createStatesTable(engine, aggregate));
  if (way === undefined || states === undefined) return undefined;
  try {
    const isAdded = await addStates(workspace, aggregate, states, way, need, options, account);
    if (!isAdded) {
      if (options.inParts) throw tooManyValues();
      // The rows are read once more, all together.
      Object.assign(account.receipt, { answeredBy: { ...emptyReceipt().answeredBy }, rowsScanned: 0 });
      return undefined;
    }
    options.onProgress({ phase: 'query', done: 0, total: 0, bytes: 0 });
    return await account.measured('query', () => engine.run(states.final, options.signal));
  } finally {
    await aggregate.lake.residency.hide();
    await states.drop();
  }
}

/** Whether all states could be added. */
async function addStates(
  workspace: Workspace,
  aggregate: AggregateStatement,
  states: StatesTable,
  { statistics, rollups, rows, inParts }: AggregateWay,
  need: NeededRows,
  options: ScanOptions,
  account: Account,
): Promise<boolean> {
  const { engine } = workspace;
  const { receipt } = account;
  if (statistics) {
    await addStatistics(engine, states, statistics);
    for (const { file } of statistics.files) need.tally.matched.add(file.key);
    receipt.answeredBy.statistics += statistics.files.length;
  }
  if (rollups) await account.measured('fetch', () => addRollups(engine, states, rollups, need, options, account));
  if (rows.length === 0) return true;
  const { lake, counted, tally, columns } = need;
  if (!inParts) {
    // What fits into the budget becomes resident for the next statement.
    lake.residency.use(rows);
    await loadPieces(counted, lake.residency.missing(rows, columns), columns, tally, options);
  }
  const isAdded = await addRows(workspace, aggregate, states, { ...need, pieces: rows }, options, account);
  await workspace.shelf.evict();
  return isAdded;
}

function tooManyValues(): LakeError {
  return new LakeError({
    code: 'out-of-memory',
    message: 'There are too many different values to keep each of them until all parts have been read.',
    advice:
      'Ask for approx_quantile in place of median and quantile, for fewer groups, or for values that are rounded.',
  });
}
