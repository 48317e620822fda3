import { rename, writeFile } from 'node:fs/promises';
import { EXIT, explainSystemError, type ExitCode } from '../tool-error';
import type { IngestReport } from './ingest-report';

/** Numbers of a report that are metrics as they are. */
const GAUGES: readonly [name: string, help: string, of: (report: IngestReport) => number][] = [
  ['messages', 'Messages read by the last run.', ({ messages }) => messages],
  ['rows', 'Different observations in its input.', ({ rows }) => rows],
  ['rows_added', 'Of these, those that the lake did not have.', ({ rowsAdded }) => rowsAdded],
  ['duplicates', 'Further messages about an observation.', ({ duplicates }) => duplicates],
  ['conflicts', 'Rows that were not kept and differ from the kept one.', ({ conflicts }) => conflicts],
  ['late', 'Rows that came later than --lateness allows.', ({ late }) => late],
  ['files_written', 'Data files whose bytes changed.', ({ filesWritten }) => filesWritten],
  ['unreadable_captures', 'Captures that could not be read.', ({ unreadable }) => unreadable.length],
  ['input_bytes', 'Bytes read from captures.', ({ inputBytes }) => inputBytes],
  ['duration_seconds', 'Time the run took.', ({ elapsedSeconds }) => elapsedSeconds],
  ['peak_memory_bytes', 'The most memory the process had.', ({ peakRssBytes }) => peakRssBytes],
];

/**
 * A report in the text format of Prometheus, for node_exporter's textfile collector.
 * @param endedMs UTC milliseconds
 */
export function formatMetrics(report: IngestReport, lake: string, exitCode: ExitCode, endedMs: number): string {
  const own = `lake="${escaped(lake)}"`;
  const quarantined = Object.entries(report.quarantined).map(
    ([reason, count]) => [`reason="${escaped(reason)}"`, count] as const,
  );
  const flags = Object.entries(report.flags).flatMap(([column, tally]) =>
    Object.entries(tally).map(
      ([flag, count]) => [`column="${escaped(column)}",flag="${escaped(flag)}"`, count] as const,
    ),
  );
  return [
    ...GAUGES.map(([name, help, of]) => metric(name, help, [['', of(report)]])),
    metric('quarantined', 'Messages set aside, by reason.', quarantined),
    metric('flags', 'Flags in the data files that were touched.', flags),
    metric('exit_code', 'What the run ended with: 0 is well.', [['', exitCode]]),
    metric('last_run_timestamp_seconds', 'When it ended, Unix time.', [['', endedMs / 1000]]),
  ].join('');

  function metric(name: string, help: string, samples: readonly (readonly [labels: string, value: number])[]): string {
    const full = `tidelake_ingest_${name}`;
    const lines = samples.map(([labels, value]) => `${full}{${own}${labels === '' ? '' : `,${labels}`}} ${value}\n`);
    return lines.length === 0 ? '' : `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`;
  }
}

/**
 * Writes a metrics file so that a collector reads the old one or the new one, never half of one.
 * @throws ToolError where the file system refuses
 */
export async function writeMetrics(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    throw explainSystemError(error, 'write', path, EXIT.unexpected);
  }
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
