import { basename } from 'node:path';
import { CONFLICTS_FOLDER } from '@tidelake/lake-format';
import type { FlagTally } from '../check/flag-counts';
import type { TidyDays } from '../export/tidy-days';
import { NO_COLUMN } from '../map/message-reject';
import { shellWord, TOOL } from '../shell-word';

/** What an ingest did, as `--json` prints it. docs/ingest.md defines each number. */
export interface IngestReport {
  /** Whether nothing was written, and the numbers say what would be. */
  dryRun: boolean;
  /** Messages read. */
  messages: number;
  /** What the messages are about, one each unless a payload rule finds more or none in it: rows + duplicates + quarantined. */
  observations: number;
  /** Messages without an observation, by what they are; they are none the worse for it. */
  ignored: Record<string, number>;
  /** Observations of this input that are in the lake now. */
  rows: number;
  /** Rows beyond the first of their observation (device, time, depth). */
  duplicates: number;
  /** Accepted rows that came long after newer ones of their device. */
  late: number;
  /** Messages that became no row, by reason. */
  quarantined: Record<string, number>;
  /** The first of them, by reason, in words. */
  examples: Record<string, string>;
  /** Data files of the touched partitions, and their bytes. */
  files: number;
  bytes: number;
  /** First and last observation in the touched partitions, ISO 8601 UTC; null where there is none. */
  minTime: string | null;
  maxTime: string | null;
  elapsedSeconds: number;
  peakRssBytes: number;
  /** Of `rows`, those the lake did not have before. */
  rowsAdded: number;
  /** Rows that were not kept and differ from the kept one in a measured value. */
  conflicts: number;
  /** Of `files`, those whose bytes changed. */
  filesWritten: number;
  /** Days beside those of `files` whose flags changed, because a test looks over midnight. */
  reflagged: number;
  /** Days that the overlay which the lake keeps was laid over again. */
  overlaid: number;
  /** The tidy form of the days of this run; left out where none was asked for. */
  tidy?: TidyDays;
  /** Flags in the data files of the touched partitions, by flag column. */
  flags: Record<string, FlagTally>;
  /** The same for each test that ran, by flag column and test. */
  flagsByTest: Record<string, Record<string, FlagTally>>;
  /** How often fields were met that the schema does not know, by number. */
  unknownFields: Record<string, number>;
  /** Measured values that were no finite number and were stored as null, by column. */
  notFinite: Record<string, number>;
  /** Files of rejected messages, relative to the lake. */
  quarantineFiles: string[];
  /** Captures that could not be read at all. */
  unreadable: { path: string; message: string; advice: string }[];
  /** What captures lack or hold besides their messages, such as encrypted connections or lost packets. */
  captureNotes: { path: string; note: string }[];
  /** What was noticed across messages, such as gaps in the sequence of a node. */
  notes: string[];
  /** Stations of the touched partitions. */
  stations: string[];
  /** Bytes read from the captures. */
  inputBytes: number;
}

/** Messages that became no row, of all reasons. */
export function quarantinedTotal({ quarantined }: Pick<IngestReport, 'quarantined'>): number {
  return Object.values(quarantined).reduce((sum, count) => sum + count, 0);
}

const REASONS: Record<string, string> = {
  truncated: 'the capture ends inside the message',
  bad_framing: 'no message can begin like this, such as with an impossible length',
  bad_line: 'line in no known format',
  payload_length: 'payload bytes lost before they reached the capture',
  bad_value: 'a cell of a table that is not what its column holds',
  undecodable: 'not a message of this schema',
  no_rule: 'no payload rule of the mapping fits the topic',
  missing_device: 'no device id',
  bad_time: 'time absent, before 1990, or in the future',
  bad_position: 'position not finite or off the globe',
};

/** What messages can be in quarantine for that another schema or mapping may change. */
const RETRYABLE = ['undecodable', 'no_rule', 'bad_value', 'missing_device', 'bad_time', 'bad_position'];

const FLAGS_TO_LOOK_AT = ['fail', 'suspect'];
const QUIET_FLAGS = ['pass', 'not_evaluated', 'missing'];

/**
 * The report in words, for a person who sees it for the first time.
 * @param noun what captures hold
 * @param instructions the options that said how to read them
 */
export function describeReport(
  report: IngestReport,
  lake: string,
  captures: number,
  noun: 'message' | 'row' = 'message',
  instructions = '…',
): string {
  const lines = [
    ...(report.dryRun ? ['Dry run  nothing was written; this is what would be'] : []),
    `Read     ${counted(report.messages, noun)} from ${counted(captures, 'capture')} (${size(report.inputBytes)}) in ${report.elapsedSeconds.toFixed(1)} s, ${rate(report)}`,
    `Rows     ${report.rows === 0 ? 'none' : `${grouped(report.rows)}, ${report.rowsAdded === report.rows ? 'all new to the lake' : `${grouped(report.rowsAdded)} new to the lake`}`}`,
  ];
  if (report.minTime !== null)
    lines.push(`Span     ${day(report.minTime)} … ${day(report.maxTime ?? report.minTime)} UTC`);
  if (report.stations.length > 0)
    lines.push(`Stations ${counted(report.stations.length, 'station')}: ${some(report.stations)}`);
  lines.push(`Files    ${counted(report.files, 'file')}, ${size(report.bytes)}; ${filesChanged(report)}`);
  if (report.tidy !== undefined) {
    const { readings, files, folder } = report.tidy;
    lines.push(`Tidy     ${counted(readings, 'reading')} in ${counted(files, 'file')} of ${folder}`);
  }
  lines.push(...describeFlags(report));
  const notes = [
    report.duplicates > 0 ? `${counted(report.duplicates, 'duplicate')} left out` : '',
    report.conflicts > 0
      ? `${counted(report.conflicts, 'row')} differed from the one kept for the same device, time and depth; they are in ${lake}/${CONFLICTS_FOLDER}`
      : '',
    report.overlaid > 0 ? `the overlay of the lake laid again over ${counted(report.overlaid, 'day')}` : '',
    report.late > 0 ? `${counted(report.late, 'row')} came late, and went where they belong` : '',
    ...Object.entries(report.unknownFields).map(
      ([field, times]) =>
        `field ${field} is not in the schema (met ${grouped(times)} times): is the .proto up to date?`,
    ),
    ...Object.entries(report.notFinite).map(
      ([column, times]) => `${column}: ${counted(times, 'value')} not finite, stored as null`,
    ),
    ...Object.entries(report.ignored).map(
      ([what, times]) => `${counted(times, 'message')} without observations: ${what}`,
    ),
    ...report.notes,
    ...report.captureNotes.map(({ path, note }) => `${basename(path)}: ${note}`),
  ].filter((note) => note !== '');
  lines.push(...notes.map((note, index) => `${index === 0 ? 'Notes   ' : '        '} ${note}`));
  const total = quarantinedTotal(report);
  if (total > 0) {
    lines.push(`Set aside ${counted(total, noun)} that could not be accepted:`);
    for (const [reason, times] of Object.entries(report.quarantined)) {
      lines.push(`           ${grouped(times).padStart(9)}  ${reason}: ${REASONS[reason] ?? ''}`);
      const example = report.examples[reason];
      if (example !== undefined) lines.push(`${' '.repeat(22)}such as: ${example}`);
    }
    if (!report.dryRun) {
      const files = some(report.quarantineFiles.map((file) => `${lake}/${file}`));
      lines.push(`         Reasons, byte offsets and the bytes themselves are in ${files}`);
    }
  }
  for (const { path, message, advice } of report.unreadable)
    lines.push(`Not read ${path}: ${message}\n         ${advice}`);
  lines.push(
    ...nextCommands(report, lake, instructions).map(
      (command, index) => `${index === 0 ? 'Next    ' : '        '} ${command}`,
    ),
  );
  return lines.join('\n');
}

/** What a person would do now, most urgent first. */
function nextCommands(report: IngestReport, lake: string, instructions: string): string[] {
  if (report.dryRun) return ['the same command without --dry-run writes it'];
  const isRetryable = RETRYABLE.some((reason) => (report.quarantined[reason] ?? 0) > 0);
  return [
    ...(report.ignored[NO_COLUMN] === undefined
      ? []
      : [
          `${TOOL} inspect <inputs>   shows the fields; ${TOOL} init <inputs> -o mapping.yaml   drafts columns for them`,
        ]),
    ...(report.conflicts > report.rows
      ? [
          'where readings of one time are of several sensors or depths, give the column that tells them apart role: device or role: depth',
        ]
      : []),
    ...(isRetryable ? [`mend schema or mapping, then: ${TOOL} retry ${shellWord(lake)} ${instructions}`] : []),
    ...(report.rows > 0 ? [`${TOOL} serve ${shellWord(lake)}   shows it on a page`] : []),
  ];
}

/** A line for each flag column: how many values did not pass, and which tests found them. */
function describeFlags({ flags, flagsByTest }: IngestReport): string[] {
  return Object.entries(flags).map(([column, tally], index) => {
    const bad = FLAGS_TO_LOOK_AT.filter((name) => (tally[name] ?? 0) > 0);
    const words = [...bad, ...QUIET_FLAGS].flatMap((name) => {
      const times = tally[name] ?? 0;
      return times === 0 ? [] : `${grouped(times)} ${name.replace('_', ' ')}`;
    });
    const tests = Object.entries(flagsByTest[column] ?? {}).flatMap(([test, counts]) => {
      const times = FLAGS_TO_LOOK_AT.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
      return times === 0 ? [] : `${test} ${grouped(times)}`;
    });
    const found = tests.length === 0 ? '' : ` (found by ${tests.join(', ')})`;
    return `${index === 0 ? 'Flags   ' : '        '} ${column}: ${words.join(', ')}${found}`;
  });
}

/** A size in bytes, for people. */
export function size(bytes: number): string {
  const [divisor, unit] =
    bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : bytes >= 1e3 ? [1e3, 'kB'] : [1, 'B'];
  const value = bytes / divisor;
  return `${value < 10 && divisor > 1 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A whole number with its digits in groups. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** A count with its noun, such as `1 file` and `1,152 files`. */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function rate({ messages, elapsedSeconds }: IngestReport): string {
  return `${grouped(Math.round(messages / Math.max(elapsedSeconds, 1e-3)))} a second`;
}

function day(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function some(names: string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

function filesChanged({ files, filesWritten }: IngestReport): string {
  if (files === 0) return 'no day got rows';
  if (filesWritten === 0) return 'nothing changed, the lake had it all';
  return filesWritten === files
    ? 'all written'
    : `${grouped(filesWritten)} written, the others were already as they should be`;
}
