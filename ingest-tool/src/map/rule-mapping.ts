import type { RecordSchema } from '../decode/record-schema';
import { EXIT, ToolError } from '../tool-error';
import { sourceOf } from './mapped-column';
import type { ColumnMapping, Mapping } from './mapping';
import type { PayloadRule } from './payload-rule';

type ReadingRule = Exclude<PayloadRule, { decoder: 'ignore' }>;
type OwnColumn = ReadingRule['columns'][number];

/**
 * The columns of a mapping as one rule fills them: what the rule says of a column stands above what the mapping says, and
 * the names of levels in its topic are places in the topic.
 */
export function ruleColumns(mapping: Mapping, { columns, topic }: ReadingRule): ColumnMapping[] {
  return overridden(mapping.columns, columns).map((column) => ({ ...column, from: topicPlace(column.from, topic) }));
}

/** The columns of a mapping as tables fill them. */
export function tableColumns({ columns, table }: Pick<Mapping, 'columns' | 'table'>): ColumnMapping[] {
  return overridden(columns, table?.columns ?? []);
}

function overridden(columns: readonly ColumnMapping[], others: readonly OwnColumn[]): ColumnMapping[] {
  return columns.map((column) => {
    const own = others.find(({ name }) => name === column.name);
    const stated = Object.fromEntries(Object.entries(own ?? {}).filter(([, value]) => value !== undefined));
    return { ...column, ...stated };
  });
}

/** The rule of stations as one rule of messages reads it. */
export function ruleStation(mapping: Mapping, { topic }: ReadingRule): Mapping['station'] {
  const { station } = mapping;
  return station === undefined || 'id' in station ? station : { from: topicPlace(station.from, topic) };
}

function topicPlace(from: string, topic: ReadingRule['topic']): string {
  const level = topic.captures.get(from);
  return level === undefined ? from : `topic[${level}]`;
}

/**
 * The part of a mapping that a rule's messages have fields for.
 * @throws ToolError where they do not say when and of which device they are
 */
export function fillableMapping(
  mapping: Mapping,
  columns: readonly ColumnMapping[],
  station: Mapping['station'],
  schema: RecordSchema,
): Mapping {
  const filled = columns.filter(({ from }) => sourceOf(from, schema) !== undefined);
  for (const role of ['time', 'device']) {
    const column = columns.find((each) => each.role === role);
    if (column === undefined || filled.includes(column)) continue;
    throw new ToolError(
      EXIT.usage,
      `payload: ${schema.name} have no field ${column.from} for the column ${column.name}`,
      `Give the rule columns: [{ name: ${column.name}, from: … }]. The fields are ${schema.paths().join(', ')}, topic, topic[0] …, receive_time and capture.name.`,
    );
  }
  const names = new Set(filled.map(({ name }) => name));
  return {
    ...mapping,
    columns: filled,
    calibrations: mapping.calibrations.filter(({ variable }) => names.has(variable)),
    ...(station === undefined ? {} : { station }),
  };
}
