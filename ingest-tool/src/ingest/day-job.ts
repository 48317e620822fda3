import type { QcConfig } from '../check/qc-config';
import { PartitionChecks } from '../check/partition-checks';
import type { RowColumn } from '../rows/column-values';
import { DaySequence, type DayAnswer, type DayInput } from './day-sequence';

/** What a thread is told when it starts: how the rows of a run become files. */
export interface DaySettings {
  /** The lake, for people. */
  root: string;
  columns: readonly Omit<RowColumn, 'dictionary'>[];
  checks: { config: QcConfig; receiveTime: string | undefined } | undefined;
  /** Whether the rows of an observation complete each other. */
  completes: boolean;
  /** Resolution of the column of H3 cells; undefined where there is to be none. */
  h3Resolution: number | undefined;
}

/** The next day of a sequence, or that it is over. */
export type DayJob = DayInput | 'end';

/** Makes a sequence that does the jobs of a thread. */
export function openSequence({
  root,
  columns,
  checks,
  completes,
  h3Resolution,
}: DaySettings): (job: DayJob) => Promise<DayAnswer> {
  const rowColumns = columns.map((column) => ({ ...column, dictionary: undefined }));
  const own = checks && new PartitionChecks(checks.config, rowColumns, checks.receiveTime);
  const sequence = new DaySequence(root, columns, own, completes, h3Resolution);
  return (job) => (job === 'end' ? sequence.end() : sequence.add(job));
}
