import { plainText } from './wire-sniff';
import { counted, grouped, size } from '../ingest/ingest-report';
import type { FieldReport } from './field-summary';
import type { PayloadKind } from './payload-guess';
import type { TableFound } from './inspect-table';
import { metricFields } from './metric-fields';
import { groupFields, groupTopics, type TopicGroup, type TopicSummary } from './topic-group';
import { topicPattern, type TopicPattern } from '../decode/topic-pattern';
import { topicShape } from './topic-shape';

/** What `tidelake inspect` found, as `--json` prints it. docs/inspect.md defines each key. */
export interface InspectReport {
  captures: CaptureFound[];
  messages: number;
  /** First and last receipt, ISO 8601 UTC; null where captures do not say. */
  firstReceived: string | null;
  lastReceived: string | null;
  groups: GroupFound[];
  /** Messages of topics beyond those that are listed. */
  unlisted: number;
  notes: string[];
}

/** One capture. */
export interface CaptureFound {
  path: string;
  bytes: number;
  format: string | null;
  messages: number;
  /** What could not be read as a message, by reason. */
  unread: Record<string, number>;
  /** Its rows and columns, where it is a table; else null. */
  table: TableFound | null;
  notes: string[];
  /** Why it could not be read at all; null where it could. */
  problem: string | null;
}

/** Topics with messages of one kind. */
export interface GroupFound {
  payload: PayloadKind;
  /** A topic pattern of a payload rule. */
  pattern: string;
  topics: { topic: string; messages: number }[];
  /** For each name in the pattern, what stands at its level. */
  names: Record<string, string[]>;
  topicCount: number;
  messages: number;
  bytes: number;
  /** A message as text, else in hexadecimal digits. */
  example: string;
  fields: FieldReport[];
  /** The first thing that could not be decoded, and how many there are among the messages looked at. */
  problem: { first: string; count: number } | null;
}

const MOST_LISTED = 5;
const MOST_NAMES = 200;
const EXAMPLE_CHARACTERS = 160;

/** The groups that topics form. */
export function groupsFound(topics: readonly TopicSummary[]): GroupFound[] {
  return groupTopics(topics).map(groupFound);
}

function groupFound(group: TopicGroup): GroupFound {
  const [first] = group.topics;
  const problem = group.topics.find(({ problem: own }) => own !== undefined)?.problem;
  const topics = group.topics.map(({ topic }) => topic);
  const pattern = topicPattern(protocolPattern(group.kind) ?? topicShape(topics, group.kind));
  const fields = group.kind === 'number' ? metricFields(group.topics, pattern) : groupFields(group);
  return {
    payload: group.kind,
    pattern: pattern.text,
    names: namesIn(pattern, topics),
    topics: group.topics.slice(0, MOST_LISTED).map(({ topic, messages }) => ({ topic, messages })),
    topicCount: group.topics.length,
    messages: group.topics.reduce((sum, { messages }) => sum + messages, 0),
    bytes: group.topics.reduce((sum, { bytes }) => sum + bytes, 0),
    example: first === undefined ? '' : exampleText(first.example),
    fields: [...fields].map(([path, summary]) => summary.report(path)),
    problem:
      problem === undefined
        ? null
        : { first: problem, count: group.topics.reduce((sum, { problems }) => sum + problems, 0) },
  };
}

function namesIn({ captures }: TopicPattern, topics: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(
    [...captures].map(([name, level]) => {
      const values = new Set(topics.map((topic) => topic.split('/')[level] ?? ''));
      return [name, [...values].sort().slice(0, MOST_NAMES)];
    }),
  );
}

/** Protocols that say themselves what their topics are. */
function protocolPattern(kind: PayloadKind): string | undefined {
  if (kind === 'sparkplug-b') return 'spBv1.0/#';
  return kind === 'meshtastic' ? 'msh/#' : undefined;
}

function exampleText(bytes: Uint8Array): string {
  const text = (plainText(bytes) ?? Buffer.from(bytes).toString('hex')).replace(/\s+/g, ' ');
  return text.length > EXAMPLE_CHARACTERS ? `${text.slice(0, EXAMPLE_CHARACTERS)}…` : text;
}

/** The report in words. */
export function describeInspection(report: InspectReport): string {
  const lines = report.captures.flatMap(describeCapture);
  const span =
    report.firstReceived === null
      ? ''
      : `, received ${minute(report.firstReceived)} … ${minute(report.lastReceived ?? report.firstReceived)} UTC`;
  if (report.messages > 0 || report.captures.every(({ table }) => table === null)) {
    lines.push(`${counted(report.messages, 'message')}${span}`);
  }
  for (const group of report.groups) lines.push('', ...describeGroup(group));
  if (report.unlisted > 0) lines.push('', `${grouped(report.unlisted)} messages of further topics are not listed.`);
  if (report.notes.length > 0) lines.push('', ...report.notes);
  return lines.join('\n');
}

function describeCapture({ path, bytes, format, messages, unread, table, notes, problem }: CaptureFound): string[] {
  const head = `${path}  ${size(bytes)}`;
  if (problem !== null) return [`${head}  not read: ${problem}`];
  if (table !== null) {
    return [
      `${head}  ${table.format}, ${counted(table.rows, 'row')}${lostWords(unread)}`,
      ...notes.map((note) => `  ${note}`),
      ...describeFields(table.columns),
    ];
  }
  return [
    `${head}  ${format ?? 'empty'}, ${counted(messages, 'message')}${lostWords(unread)}`,
    ...notes.map((note) => `  ${note}`),
  ];
}

function lostWords(unread: Record<string, number>): string {
  const lost = Object.entries(unread).map(([reason, count]) => `${grouped(count)} ${reason}`);
  return lost.length === 0 ? '' : `; not read: ${lost.join(', ')}`;
}

function describeGroup(group: GroupFound): string[] {
  const { payload, pattern, topics, topicCount, messages, fields, example, problem } = group;
  const listed = topics.map(({ topic, messages: own }) => `${topic} (${grouped(own)})`).join(', ');
  const more = topicCount > topics.length ? ` and ${grouped(topicCount - topics.length)} more` : '';
  const isNamed = topics[0]?.topic !== '' && topics[0]?.topic !== pattern;
  return [
    `${payload}  ${pattern}  ${counted(messages, 'message')}`,
    ...(isNamed ? [`  topics   ${listed}${more}`] : []),
    `  example  ${example}`,
    ...describeFields(fields),
    ...(problem === null ? [] : [`  not decoded: ${grouped(problem.count)}, the first: ${problem.first}`]),
  ];
}

function describeFields(fields: readonly FieldReport[]): string[] {
  const width = Math.max(0, ...fields.map(({ path }) => path.length));
  return fields.map((field) => `  ${field.path.padEnd(width)}  ${describeField(field)}`);
}

function describeField({ kind, min, max, unit, examples }: FieldReport): string {
  const range = min === null || max === null ? '' : min === max ? ` ${min}` : ` ${min} … ${max}`;
  const shown = kind === 'number' || kind === 'time' ? range : ` ${examples.join(', ')}`;
  return `${kind}${shown}${unit === null ? '' : ` ${unit}`}`;
}

function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
