import type { TableReading } from '../inputs/table/table-parser';
import { formatMetrics, writeMetrics } from '../ingest/ingest-metrics';
import { describeReport, quarantinedTotal, type IngestReport } from '../ingest/ingest-report';
import { NO_COLUMN } from '../map/message-reject';
import { shellWord } from '../shell-word';
import { EXIT, type ExitCode } from '../tool-error';
import { say } from './long-run';

interface OutcomeOptions {
  json?: boolean;
  metrics?: string;
  mapping?: string;
  proto?: string;
  message?: string;
}

/** What captures hold, for people. @param tables how tables are read, where the captures are tables */
export function nounOf(tables: Pick<TableReading, 'isBesideMessages'> | undefined): 'message' | 'row' {
  return tables === undefined || tables.isBesideMessages === true ? 'message' : 'row';
}

/**
 * Tells people, programs and collectors of metrics what a run did.
 * @param first a line in front of the report, for people
 */
export async function tellOutcome(
  report: IngestReport,
  lake: string,
  captures: number,
  exitCode: ExitCode,
  options: OutcomeOptions,
  noun: 'message' | 'row',
  first?: string,
): Promise<void> {
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else
    say(
      [
        ...(first === undefined ? [] : [first]),
        describeReport(report, lake.replace(/\/+$/, ''), captures, noun, instructionWords(options)),
      ].join('\n'),
    );
  if (options.metrics !== undefined) {
    await writeMetrics(options.metrics, formatMetrics(report, lake, exitCode, Date.now()));
  }
}

/** The options that said how captures are read, as they were given; `…` for a preset, which has to become a mapping first. */
function instructionWords({ mapping, proto, message }: OutcomeOptions): string {
  const given = Object.entries({ proto, message, mapping }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)}`],
  );
  return given.length === 0 ? '…' : given.join(' ');
}

/** The exit code of a run, and in words why it is none of success. */
export function outcomeOf(report: IngestReport, maxBadRatio: number): { exitCode: ExitCode; problem?: string } {
  const unread = ['undecodable', 'no_rule', 'bad_framing', 'bad_line', 'truncated', 'payload_length'];
  const decoded = report.observations - unread.reduce((sum, reason) => sum + (report.quarantined[reason] ?? 0), 0);
  if (report.unreadable.length > 0) return { exitCode: EXIT.input };
  if (decoded === 0 && Object.keys(report.ignored).length === 0) {
    const problem =
      'error: no capture held a message of this schema. Are --proto and --message, or the payload rules, the right ones?';
    return { exitCode: EXIT.input, problem };
  }
  if (decoded === 0 && report.ignored[NO_COLUMN] !== undefined) {
    return { exitCode: EXIT.input, problem: 'error: the mapping has no column for what the messages hold.' };
  }
  const share = quarantinedTotal(report) / Math.max(report.observations, 1);
  if (share <= maxBadRatio) return { exitCode: EXIT.ok };
  const percent = (share * 100).toFixed(0);
  return {
    exitCode: EXIT.quarantine,
    problem: `error: ${percent} % of the messages were set aside, more than --max-bad-ratio ${maxBadRatio} allows`,
  };
}
