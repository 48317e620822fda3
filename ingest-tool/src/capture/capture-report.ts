import { grouped, type IngestReport } from '../ingest/ingest-report';

/** What a capture did, as the last line of `--json` says. */
export interface CaptureReport {
  event: 'end';
  /** Messages received from the broker, those it sent again included. */
  messages: number;
  /** Messages that became rows, duplicates or went to quarantine: received, or left behind by an earlier worker. */
  filed: number;
  /** Of `filed`, those that an earlier worker left behind. */
  recovered: number;
  rows: number;
  rowsAdded: number;
  duplicates: number;
  /** Messages that became no row, by reason. */
  quarantined: Record<string, number>;
  flushes: number;
  /** How often the connection was lost and found again. */
  reconnects: number;
  elapsedSeconds: number;
}

/** One line of `--json`: messages were filed. */
export type FlushReport = IngestReport & { event: 'flush' };

export function emptyCaptureReport(): CaptureReport {
  return {
    event: 'end',
    messages: 0,
    filed: 0,
    recovered: 0,
    rows: 0,
    rowsAdded: 0,
    duplicates: 0,
    quarantined: {},
    flushes: 0,
    reconnects: 0,
    elapsedSeconds: 0,
  };
}

/** What of an ingest a capture adds up. */
type FlushCounts = Pick<IngestReport, 'messages' | 'rows' | 'rowsAdded' | 'duplicates' | 'quarantined'>;

/** Adds what one ingest did. */
export function addFlush(report: CaptureReport, flush: FlushCounts): void {
  report.filed += flush.messages;
  report.rows += flush.rows;
  report.rowsAdded += flush.rowsAdded;
  report.duplicates += flush.duplicates;
  report.flushes++;
  for (const [reason, count] of Object.entries(flush.quarantined)) {
    report.quarantined[reason] = (report.quarantined[reason] ?? 0) + count;
  }
}

/** The report in words. */
export function describeCapture(report: CaptureReport, lake: string): string {
  const aside = Object.entries(report.quarantined).map(([reason, count]) => `${grouped(count)} ${reason}`);
  return [
    `Received ${grouped(report.messages)} messages in ${report.elapsedSeconds.toFixed(1)} s; connection lost and found ${grouped(report.reconnects)} times`,
    ...(report.recovered === 0 ? [] : [`Took over ${grouped(report.recovered)} that an earlier worker left`]),
    `Filed    ${grouped(report.filed)} in ${grouped(report.flushes)} goes: ${grouped(report.rowsAdded)} rows new to the lake, ${grouped(report.duplicates)} duplicates`,
    ...(aside.length === 0 ? [] : [`Set aside ${aside.join(', ')}; see ${lake}/_tidelake/quarantine`]),
  ].join('\n');
}
