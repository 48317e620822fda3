import { counted, grouped, size } from '../ingest/ingest-report';
import { shareBar } from '../status-line';
import type { ManifestProgress, ManifestReport } from './refresh-manifest';

/** Damaged files that are named; a lake in ruins must not fill the screen. */
const NAMED = 20;

/** One line on how far a refresh is, with the time that is left. */
export function manifestStatus(progress: ManifestProgress, seconds: number): string {
  if (progress.phase === 'list') return `listing: ${grouped(progress.files)} files`;
  const { month, done, total } = progress;
  const left = done === 0 ? '' : `, ${duration((seconds / done) * Math.max(0, total - done))} left`;
  return `${shareBar(done / Math.max(1, total))} ${month}: ${grouped(done)} of ${grouped(total)} files${left}`;
}

/** A report in words, without a newline at its end. */
export function describeManifest(report: ManifestReport): string {
  const what = report.changed ? `${counted(report.partsWritten, 'part')} written` : 'nothing had changed';
  const lines = [
    `Files    ${counted(report.files, 'file')}, ${size(report.dataBytes)}, ${counted(report.rows, 'row')}`,
    `Read     ${counted(report.filesRead, 'footer')}`,
    `Manifest ${counted(report.parts, 'part')}, ${size(report.manifestBytes)}, the longest ${size(report.largestPart)}; ${what}`,
  ];
  if (report.rollupsDropped > 0) {
    lines.push(`Rollups  ${grouped(report.rollupsDropped)} are out of date; tidelake rollup makes them anew`);
  }
  const { damaged } = report;
  if (damaged.length > 0) {
    lines.push(`Damaged  ${counted(damaged.length, 'file')} left out; tidelake validate tells more`);
    lines.push(...damaged.slice(0, NAMED).map(({ path, reason }) => `         ${path}: ${reason}`));
    if (damaged.length > NAMED) lines.push(`         and ${grouped(damaged.length - NAMED)} more`);
  }
  return lines.join('\n');
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
