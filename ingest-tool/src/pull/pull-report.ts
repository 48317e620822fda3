import { counted, size } from '../ingest/ingest-report';

/** What a pull did. Sizes are bytes. */
export interface PullReport {
  from: string;
  to: string;
  dryRun: boolean;
  fetchedFiles: number;
  fetchedBytes: number;
  /** Those that were there already. */
  unchangedFiles: number;
  unchangedBytes: number;
  /** Stations that lake.json now speaks of. */
  stations: number;
  /** Wanted stations of which the lake has no file in the window. */
  missingStations: string[];
  /** Files whose bytes are not those of their checksum; they were not put in place. */
  damaged: string[];
  /** Whether the folder has a manifest of what is in it. */
  manifest: boolean;
  notices: string[];
  elapsedSeconds: number;
}

/** A report before anything was done. */
export function emptyPullReport(from: string, to: string, dryRun: boolean): PullReport {
  return {
    from,
    to,
    dryRun,
    fetchedFiles: 0,
    fetchedBytes: 0,
    unchangedFiles: 0,
    unchangedBytes: 0,
    stations: 0,
    missingStations: [],
    damaged: [],
    manifest: false,
    notices: [],
    elapsedSeconds: 0,
  };
}

/** A report in words. */
export function describePull(report: PullReport): string {
  const { dryRun, fetchedBytes, elapsedSeconds } = report;
  const rate = !dryRun && fetchedBytes > 0 && elapsedSeconds > 0 ? ` (${size(fetchedBytes / elapsedSeconds)}/s)` : '';
  const lines = [
    `${report.from} → ${report.to}${dryRun ? ' (dry run: nothing was written)' : ''}`,
    `${dryRun ? 'To fetch ' : 'Fetched  '} ${counted(report.fetchedFiles, 'file')}, ${size(fetchedBytes)}${rate}`,
    `Unchanged ${counted(report.unchangedFiles, 'file')}, ${size(report.unchangedBytes)}`,
  ];
  if (report.damaged.length > 0) {
    const shown = report.damaged.slice(0, 5).map((key) => `          ${key}`);
    lines.push(
      `Damaged   ${counted(report.damaged.length, 'file')} whose bytes are not those of their checksum, left out:`,
      ...shown,
    );
  }
  if (report.missingStations.length > 0) {
    lines.push(`Missing   no file in the window of: ${report.missingStations.slice(0, 10).join(', ')}`);
  }
  return [...lines, ...report.notices.map((notice) => `Note      ${notice}`)].join('\n');
}
