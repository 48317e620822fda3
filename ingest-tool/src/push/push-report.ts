import { grouped, size } from '../ingest/ingest-report';

/** What a push did, or in a dry run would do. Sizes are bytes. */
export interface PushReport {
  from: string;
  to: string;
  dryRun: boolean;
  /** Objects that were not there, or other than here. */
  sentFiles: number;
  sentBytes: number;
  /** Bytes of parts that an earlier push had sent already. */
  resumedBytes: number;
  unchangedFiles: number;
  unchangedBytes: number;
  /** Keys that were removed. */
  removedFiles: number;
  /** Keys that are only on the far side and stay there. */
  extraFiles: number;
  /** The first of those that were, or would be, sent and removed. */
  sent: string[];
  removed: string[];
  extra: string[];
  /** With --verify: those whose bytes were not the ones that the store said. */
  damaged: string[];
  verifiedFiles: number;
  /** Whether the manifest's index and lake.json are now those of this lake. */
  published: boolean;
  notices: string[];
  elapsedSeconds: number;
}

/** Keys of each kind that a report names. */
export const NAMED_KEYS = 1000;

/** A report before anything was done. */
export function emptyReport(from: string, to: string, dryRun: boolean): PushReport {
  return {
    from,
    to,
    dryRun,
    sentFiles: 0,
    sentBytes: 0,
    resumedBytes: 0,
    unchangedFiles: 0,
    unchangedBytes: 0,
    removedFiles: 0,
    extraFiles: 0,
    sent: [],
    removed: [],
    extra: [],
    damaged: [],
    verifiedFiles: 0,
    published: false,
    notices: [],
    elapsedSeconds: 0,
  };
}

/** A report in words. */
export function describePush(report: PushReport): string {
  const { dryRun, sentFiles, sentBytes, resumedBytes, elapsedSeconds } = report;
  const rate = elapsedSeconds > 0 && sentBytes > 0 ? ` (${size(sentBytes / elapsedSeconds)}/s)` : '';
  const resumed = resumedBytes > 0 ? `, ${size(resumedBytes)} of an earlier push used` : '';
  const lines = [
    `${report.from} → ${report.to}${dryRun ? ' (dry run: nothing was written)' : ''}`,
    `${dryRun ? 'To send  ' : 'Sent     '} ${files(sentFiles)}, ${size(sentBytes)}${dryRun ? '' : rate}${resumed}`,
    ...(dryRun ? named(report.sent, sentFiles) : []),
    `Unchanged ${files(report.unchangedFiles)}, ${size(report.unchangedBytes)}`,
  ];
  if (report.verifiedFiles > 0) lines.push(`Verified  ${files(report.verifiedFiles)} read back`);
  if (report.damaged.length > 0) {
    lines.push(
      `Damaged   ${files(report.damaged.length)}${dryRun ? '' : ', sent again'}:`,
      ...named(report.damaged, report.damaged.length),
    );
  }
  if (report.removedFiles > 0) {
    lines.push(
      `${dryRun ? 'To remove' : 'Removed  '} ${files(report.removedFiles)}`,
      ...(dryRun ? named(report.removed, report.removedFiles) : []),
    );
  }
  if (report.extraFiles > 0) {
    lines.push(
      `Extra     ${files(report.extraFiles)} on the far side that this lake does not have; readers without the manifest see them.`,
      ...named(report.extra, report.extraFiles),
      '          Remove them with --delete.',
    );
  }
  return [...lines, ...report.notices.map((notice) => `Note      ${notice}`)].join('\n');
}

function files(count: number): string {
  return `${grouped(count)} file${count === 1 ? '' : 's'}`;
}

function named(keys: readonly string[], count: number): string[] {
  const shown = keys.slice(0, 5).map((key) => `          ${key}`);
  return count > shown.length ? [...shown, `          and ${grouped(count - shown.length)} more`] : shown;
}
