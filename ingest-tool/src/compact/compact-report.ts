import { CONFLICTS_FOLDER, type ColumnDescription } from '@tidelake/lake-format';
import type { EntryCount } from '../overlay/overlay';
import { grouped, size } from '../ingest/ingest-report';

/** What a compaction did, as `--json` prints it. docs/compact.md defines each number. */
export interface CompactReport {
  /** Folders that were written anew, or would be. */
  folders: number;
  /** Data files in them before and after, and their bytes. */
  filesBefore: number;
  filesAfter: number;
  bytesBefore: number;
  bytesAfter: number;
  /** Rows in the files written. */
  rows: number;
  /** Rows beyond the first of their observation (device, time, depth). */
  duplicates: number;
  /** Of those, how many differ from the row kept in a measured value. */
  conflicts: number;
  /** Folders that had nothing to do, and folders whose time is not over yet or names none. */
  unchanged: number;
  open: number;
  /** Folders that stay as they are, and why. */
  left: { folder: string; path: string; reason: string }[];
  /** What an overlay came to; only where there was one. */
  overlay?: OverlayReport;
  /** Whether each folder changed in one step for those who list it. */
  atomic: boolean;
  dryRun: boolean;
  elapsedSeconds: number;
  peakRssBytes: number;
}

/** What became of the entries of an overlay, in the days that were looked at. */
interface OverlayReport {
  /** In the order of the file, flags first. */
  entries: (Omit<EntryCount, 'entry'> & { entry: string })[];
  /** Rows left uncalibrated because they came through calibrations that the overlay does not name. */
  calibratedElsewhere: number;
  /** Columns that entries are about: flags, and what was calibrated. */
  columns: ColumnDescription[];
}

/** A report of nothing yet. */
export function emptyCompactReport(dryRun: boolean): CompactReport {
  return {
    folders: 0,
    filesBefore: 0,
    filesAfter: 0,
    bytesBefore: 0,
    bytesAfter: 0,
    rows: 0,
    duplicates: 0,
    conflicts: 0,
    unchanged: 0,
    open: 0,
    left: [],
    atomic: false,
    dryRun,
    elapsedSeconds: 0,
    peakRssBytes: 0,
  };
}

/** The report in words. */
export function describeCompaction(report: CompactReport): string {
  const { folders, filesBefore, filesAfter, bytesBefore, bytesAfter, rows, duplicates, conflicts } = report;
  const others = [
    `${grouped(report.unchanged)} had nothing to do`,
    report.open > 0 ? `${grouped(report.open)} not over yet or without a time` : '',
    report.left.length > 0 ? `${grouped(report.left.length)} left as they are` : '',
  ].filter((text) => text !== '');
  const lines = report.dryRun
    ? [`Would put together ${grouped(filesBefore)} files (${size(bytesBefore)}) of ${grouped(folders)} folders`]
    : [
        `Put together ${grouped(folders)} folders in ${report.elapsedSeconds.toFixed(1)} s: ${grouped(filesBefore)} files became ${grouped(filesAfter)}, ${size(bytesBefore)} became ${size(bytesAfter)}`,
        `Rows     ${grouped(rows)}; ${grouped(duplicates)} duplicates left out, of which ${grouped(conflicts)} differed from the row kept${conflicts > 0 ? ` and are in ${CONFLICTS_FOLDER}` : ''}`,
      ];
  lines.push(`Folders  ${others.join(', ')}`);
  if (report.overlay !== undefined) lines.push(...describeOverlay(report.overlay, report.dryRun));
  for (const { folder, path, reason } of report.left) {
    lines.push(`Left     ${path === folder ? folder : path}: ${reason}`);
  }
  if (report.left.length > 0) {
    lines.push(
      '         Nothing in these folders was changed. Mend or move away the file that is named, and run it again.',
    );
  }
  return lines.join('\n');
}

function describeOverlay({ entries, calibratedElsewhere }: OverlayReport, dryRun: boolean): string[] {
  const lines = entries.map(({ entry, rows, changed }) =>
    rows === 0
      ? `Warning  ${entry}: no row of the days that were looked at`
      : `Overlay  ${entry}: ${grouped(rows)} rows, ${grouped(changed)} values ${dryRun ? 'would change' : 'changed'}`,
  );
  if (calibratedElsewhere > 0) {
    lines.push(
      `Warning  ${grouped(calibratedElsewhere)} rows were calibrated before, with ids that the overlay does not have for them, and stay as they are`,
    );
  }
  return lines;
}
