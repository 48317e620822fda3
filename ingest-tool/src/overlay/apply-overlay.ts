import type { ColumnDescription } from '@tidelake/lake-format';
import { CALIBRATION_COLUMN } from '../map/calibration-log';
import { describedColumn } from '../rows/column-values';
import type { CalibrationOverlay } from './calibration-overlay';
import { EntryTally } from './entry-tally';
import { flagRows } from './flag-overlay';
import type { OverlaidRows } from './overlaid-rows';
import type { EntryCount, OverlayRules } from './overlay';

/** What an overlay did to a folder. */
export interface OverlayOutcome {
  counts: EntryCount[];
  /** Rows that were left because what they came through is not in the overlay. */
  foreign: number;
  /** Columns that entries are about, as the folder has them now. */
  columns: ColumnDescription[];
}

/** Flags rows, and counts that and what calibrating came to. */
export function finishOverlay(
  rows: OverlaidRows,
  kept: Uint32Array,
  rules: OverlayRules,
  calibration: CalibrationOverlay,
): OverlayOutcome {
  const tally = new EntryTally();
  const foreign = calibration.count(kept, tally);
  const names = tally.list().length > 0 ? [CALIBRATION_COLUMN] : [];
  names.push(...flagRows(rows, kept, rules.flags, tally));
  const columns = rows.columns.filter(({ name }) => names.includes(name)).map(describedColumn);
  return { counts: tally.list(), foreign, columns };
}
