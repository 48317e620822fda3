import { StringDictionary } from '../decode/string-dictionary';
import type { RowColumn } from '../rows/column-values';
import { CalibrationLog } from './calibration-log';
import { LatenessMonitor } from './lateness-monitor';

/** What the mappers of a run have in common, whatever messages each of them reads. */
export interface RowTarget {
  /** The columns of all; each text column with its dictionary. */
  readonly columns: readonly RowColumn[];
  /** Ids of all stations met or listed, numbered. */
  readonly stations: StringDictionary;
  readonly lateness: LatenessMonitor;
  /** Per column: values that were there but are no finite number, and were stored as null. */
  readonly notFinite: Record<string, number>;
  readonly calibrationLog: CalibrationLog;
}

/** @param latenessMs see {@link LatenessMonitor} */
export function rowTarget(columns: readonly RowColumn[], latenessMs: number): RowTarget {
  return {
    columns,
    stations: new StringDictionary(),
    lateness: new LatenessMonitor(latenessMs),
    notFinite: {},
    calibrationLog: new CalibrationLog(),
  };
}
