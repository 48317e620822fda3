import type { AggregateStatement } from './aggregate-plan';
import { exceedsBudget, runInParts, type NeededRows } from './aggregate-scan';
import type { ScanOptions } from './open-lake';
import type { ArrowAnswer } from './result';
import type { Account } from './tally';
import type { Workspace } from './workspace';

/**
 * Answers a statement from partial states where that is better than to run it over its rows; undefined where it is not.
 * Callers hold the lock.
 */
export async function answerAggregate(
  workspace: Workspace,
  aggregate: AggregateStatement,
  needs: readonly NeededRows[],
  options: ScanOptions,
  account: Account,
): Promise<ArrowAnswer | undefined> {
  const need = needs.find(({ lake }) => lake === aggregate.lake);
  if (need === undefined || !exceedsBudget(workspace, need)) return undefined;
  return runInParts(workspace, aggregate, need, options, account);
}
