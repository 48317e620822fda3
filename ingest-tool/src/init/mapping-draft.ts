import type { InspectReport } from '../inspect/inspect-report';
import { topicPattern } from '../decode/topic-pattern';
import { unitConversion, UnitError } from '../map/units';
import type { ColumnDraft } from './column-draft';
import { columnLine, flow, oneLine, scalar, STATION_LINES } from './draft-lines';
import { draftRule, type DraftSchema, type RuleDraft } from './rule-draft';
import { draftTables } from './table-draft';

type Override = Record<string, string>;

const RECEIVE_TIME: ColumnDraft = { name: 'receive_time', from: 'receive_time', role: 'about', type: 'timestamp' };

/**
 * Drafts a mapping of captures: YAML text with comments, which is a valid mapping as it stands.
 * @returns undefined where nothing in the captures can become rows
 */
export function draftMappingOf(report: InspectReport, schema: DraftSchema | undefined): string | undefined {
  const drafted = specificFirst(report.groups.map((group) => draftRule(group, schema)));
  const rules = drafted.every(({ columns }) => columns.length === 0) ? [] : drafted;
  const tables = draftTables(report.captures);
  if (rules.length === 0 && tables === undefined) return undefined;
  const shared = new Map<string, ColumnDraft>();
  const overrides = rules.map((rule) => rule.columns.flatMap((column) => overrideOf(shared, column) ?? []));
  const ofTables = tables?.columns.flatMap((column) => overrideOf(shared, column) ?? []) ?? [];
  if (rules.length > 0 && report.firstReceived !== null && !shared.has('receive_time')) {
    shared.set('receive_time', RECEIVE_TIME);
  }
  const site = rules.some(({ pattern }) => topicPattern(pattern).captures.has('site'));
  const payload = ['payload: # the first rule whose topic fits counts'];
  payload.push(...rules.flatMap((rule, index) => ruleLines(rule, overrides[index] ?? [])), '');
  return [
    `# Drafted from what the captures hold; every line is yours to change. Keys: docs/mapping.md and docs/${rules.length === 0 ? 'inputs' : 'payload'}.md.`,
    `# title: ${site ? 'What this network is' : 'What this station is'}`,
    '# license: CC-BY-4.0',
    '',
    ...(rules.length === 0 ? [] : payload),
    ...(tables === undefined ? [] : [...tableLines(tables.lines, ofTables), '']),
    ...(site ? [STATION_LINES[0], 'station: { from: site }'] : STATION_LINES),
    '',
    'columns:',
    ...[...shared.values()].map(columnLine),
    '',
  ].join('\n');
}

/** Rules whose topic is said more exactly come before those that would take their messages. */
function specificFirst(rules: readonly RuleDraft[]): RuleDraft[] {
  const wildness = ({ pattern }: RuleDraft): number =>
    pattern === '#' ? Infinity : pattern.split('/').filter((level) => /^[+{#]/.test(level)).length;
  return [...rules].sort(
    (left, right) =>
      Number(left.columns.length === 0) - Number(right.columns.length === 0) ||
      compare(wildness(left), wildness(right)),
  );
}

function compare(left: number, right: number): number {
  return left === right ? 0 : left - right;
}

/** Adds a column to those of all rules; returns how this rule's messages fill it otherwise. */
function overrideOf(shared: Map<string, ColumnDraft>, column: ColumnDraft): Override[] | undefined {
  const known = shared.get(column.name);
  if (known === undefined) {
    shared.set(column.name, column);
    return undefined;
  }
  if (known.type !== column.type || known.role !== column.role || !isConvertible(column.unit, known.unit)) {
    const other = {
      ...column,
      name: `${column.name}_${column.type ?? 'number'}`,
      role: column.role === 'about' ? column.role : undefined,
    };
    if (!shared.has(other.name)) shared.set(other.name, other);
    return undefined;
  }
  const override: Override = { name: column.name };
  if (column.from !== known.from) override['from'] = column.from;
  if (column.unit !== known.unit && column.unit !== undefined) override['sourceUnit'] = column.unit;
  return Object.keys(override).length > 1 ? [override] : undefined;
}

function isConvertible(from: string | undefined, to: string | undefined): boolean {
  if (from === to || from === undefined) return true;
  if (to === undefined) return false;
  try {
    unitConversion(from, to);
    return true;
  } catch (error) {
    if (error instanceof UnitError) return false;
    throw error;
  }
}

/** How tables are read, with how they fill columns that messages fill otherwise. */
function tableLines(lines: readonly string[], overrides: readonly Override[]): string[] {
  if (overrides.length === 0) return [...lines];
  return [
    ...lines.map((line) => (line === 'table: {}' ? 'table:' : line)),
    '  columns:',
    ...overrides.map((override) => `    - ${flow(Object.entries(override))}`),
  ];
}

function ruleLines({ pattern, decoder, more, comment }: RuleDraft, overrides: readonly Override[]): string[] {
  const keys: [string, string][] = [['topic', pattern], ['decoder', decoder], ...more];
  const columns = overrides.map((override) => `      - ${flow(Object.entries(override))}`);
  return [
    `  # ${oneLine(comment)}`,
    ...keys.map(([key, value], index) => `  ${index === 0 ? '-' : ' '} ${key}: ${scalar(value)}`),
    ...(columns.length === 0 ? [] : ['    columns:', ...columns]),
  ];
}
