import { grouped, size } from '../ingest/ingest-report';
import { shareBar } from '../status-line';
import type { Finding, Mend } from './finding';
import type { ValidateProgress, ValidateReport } from './validate-lake';

/** Findings of one kind that are named; the others are counted. */
const NAMED = 10;

const MENDS: Record<Mend, string> = {
  compact: 'tidelake compact',
  manifest: 'tidelake manifest',
  rollup: 'tidelake rollup',
  ingest: 'move the file away and tidelake ingest its captures again',
  retry: 'run tidelake validate again',
  remove: 'remove it; what was in it comes back with tidelake ingest or tidelake pull',
};

/** One line on how far a validation is. */
export function validateStatus(progress: ValidateProgress, seconds: number): string {
  if (progress.phase === 'list') return `listing: ${grouped(progress.files)} files`;
  const { done, total } = progress;
  const left = done === 0 ? '' : `, ${Math.ceil((seconds / done) * Math.max(0, total - done))} s left`;
  return `${shareBar(done / Math.max(1, total))} ${grouped(done)} of ${grouped(total)} files${left}`;
}

/** A report in words, without a newline at its end. */
export function describeValidation(report: ValidateReport): string {
  const { files, bytes, rows, deep, findings, counts } = report;
  const how = deep ? 'read whole' : 'by their footers; --deep reads the rows';
  const lines = [`Checked  ${grouped(files)} files, ${size(bytes)}, ${grouped(rows)} rows, ${how}`];
  for (const severity of ['damage', 'warning', 'note'] as const) {
    const codes = new Set(findings.filter((finding) => finding.severity === severity).map(({ code }) => code));
    for (const code of codes) {
      const own = findings.filter((finding) => finding.code === code && finding.severity === severity);
      const [first] = own;
      if (first === undefined) continue;
      lines.push(`${severity.padEnd(8)} ${code}: ${MENDS[first.mend]}`);
      lines.push(...own.slice(0, NAMED).map((finding) => `         ${placeOf(finding)}: ${finding.message}`));
      // One code may be of two severities; the count is then that of both.
      if (own.length > NAMED) lines.push(`         and more: ${grouped(counts[code] ?? 0)} of this kind in all`);
    }
  }
  if (findings.length === 0) lines.push('Nothing is wrong.');
  return lines.join('\n');
}

function placeOf({ file, row, byte }: Finding): string {
  return `${file}${row === undefined ? '' : `, row ${row}`}${byte === undefined ? '' : `, byte ${byte}`}`;
}
