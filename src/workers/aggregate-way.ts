import type { LakeFile } from '../lake/partition-walk';
import type { AggregateStatement } from './aggregate-plan';
import { findRollups, type RollupAnswer } from './aggregate-rollups';
import { exceedsBudget, type NeededRows } from './aggregate-scan';
import { findStatistics, type StatisticsAnswer, type StatisticsReach } from './aggregate-statistics';
import type { FilePiece } from './file-piece';
import type { ScanOptions } from './open-lake';
import type { Workspace } from './workspace';

/** Where the partial states of a statement come from. */
export interface AggregateWay {
  statistics?: StatisticsAnswer;
  rollups?: RollupAnswer;
  /** What is left: pieces whose rows are to be read. */
  rows: FilePiece[];
  /** Whether these are too many to be in memory together. */
  inParts: boolean;
}

/**
 * Chooses how a statement is answered from partial states: by statistics of files, which cost nothing or a footer, then by rollups for the
 * stations that still have files to be read, then by rows. A station's rollups stand for all of its rows, so that nothing else of
 * it is used then. Undefined where neither spares reading rows nor the rows are too many. Callers hold the lock.
 */
export async function chooseWay(
  workspace: Workspace,
  aggregate: AggregateStatement,
  need: NeededRows,
  options: ScanOptions,
  reach: StatisticsReach,
): Promise<AggregateWay | undefined> {
  const { lake, pieces, columns } = need;
  const found = await findStatistics(workspace.engine, aggregate, need, options, reach);
  const told = new Set(found?.files.map(({ file }) => file));
  const missing = lake.residency.missing(pieces, columns).flat();
  const open = new Set(missing.map(({ file }) => file).filter((file) => !told.has(file)));
  const rollups = findRollups(aggregate, need, open);
  const isRolledUp = (file: LakeFile) => rollups?.standFor(file) ?? false;
  const files = found?.files.filter(({ file }) => !isRolledUp(file)) ?? [];
  const statistics = found && files.length > 0 ? { ...found, files } : undefined;
  const rows = pieces.filter(({ file }) => !told.has(file) && !isRolledUp(file));
  const inParts = options.inParts === true || exceedsBudget(workspace, { ...need, pieces: rows });
  if (!inParts && statistics === undefined && rollups === undefined) return undefined;
  return { ...(statistics && { statistics }), ...(rollups && { rollups }), rows, inParts };
}
