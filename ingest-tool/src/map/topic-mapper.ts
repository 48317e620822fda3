import { dirname, resolve } from 'node:path';
import { loadMessageType } from '../decode/proto-schema';
import { protobufRecords, type RecordSchema } from '../decode/record-schema';
import { StringDictionary } from '../decode/string-dictionary';
import { MessageBatch, type Reject } from '../inputs/message-batch';
import type { RowColumn } from '../rows/column-values';
import type { PartitionIndex } from '../rows/partition-index';
import type { RowStore } from '../rows/row-store';
import { EXIT, ToolError } from '../tool-error';
import { calibrationColumn } from './calibration-log';
import type { LatenessMonitor } from './lateness-monitor';
import { resolveColumns, rowColumn, type MappedColumn } from './mapped-column';
import type { Mapping } from './mapping';
import type { MessageMapper } from './message-mapper';
import { rejectOf } from './message-reject';
import { ObservationMapper } from './observation-mapper';
import { ObservationRecords } from './observation-records';
import type { PayloadRule } from './payload-rule';
import { RowMapper } from './row-mapper';
import { rowTarget, type RowTarget } from './row-target';
import { ruleDecoder } from './rule-decoder';
import { fillableMapping, ruleColumns, ruleStation, tableColumns } from './rule-mapping';

type ReadingRule = Exclude<PayloadRule, { decoder: 'ignore' }>;

/** A rule with what its messages are made of. */
interface ResolvedRule {
  rule: PayloadRule;
  /** Undefined for messages that are ignored. */
  schema: RecordSchema | undefined;
  mapping: Mapping;
}

/** What happens to the messages of a rule. */
interface Lane {
  rule: PayloadRule;
  batch: MessageBatch;
  mapper: Pick<MessageMapper, 'map' | 'notes'> | undefined;
  records: RowMapper | undefined;
}

/** Sends each message to the mapper of the first rule that its topic fits; all fill rows of the same columns. */
export class TopicMapper implements MessageMapper {
  readonly columns: readonly RowColumn[];
  readonly ignored: Record<string, number> = {};
  readonly #target: RowTarget;
  readonly #lanes: Lane[];
  readonly #topics: StringDictionary;
  /** Of rows of tables, which have no topics; undefined where captures hold messages alone. */
  readonly #rows: RowMapper | undefined;
  /** For each topic's number, its lane; -1 where no rule fits. */
  readonly #laneOf = new Map<number, number>();

  /**
   * @param topics where the captures' topics have their numbers
   * @param latenessMs see {@link LatenessMonitor}
   * @param nowMs UTC milliseconds: the future starts a day later
   * @param tables what rows of tables are made of, where captures hold some
   * @throws ToolError where rules, schemas and columns do not fit
   */
  constructor(
    mapping: Mapping,
    topics: StringDictionary,
    latenessMs: number,
    nowMs: number,
    tables: RecordSchema | undefined,
  ) {
    const rules = mapping.payload.map((rule) => resolveRule(rule, mapping));
    const ofTables = { ...mapping, columns: tableColumns(mapping) };
    this.columns = commonColumns(mapping, [...rules, { schema: tables, mapping: ofTables }]);
    const target = rowTarget(this.columns, latenessMs);
    this.columns =
      mapping.calibrations.length > 0 ? [...this.columns, calibrationColumn(target.calibrationLog)] : this.columns;
    this.#target = { ...target, columns: this.columns };
    this.#topics = topics;
    this.#lanes = rules.map(({ rule, schema, mapping: own }) => {
      const batch = new MessageBatch();
      if (schema === undefined || rule.decoder === 'ignore')
        return { rule, batch, mapper: undefined, records: undefined };
      const records = new RowMapper(schema, own, topics, latenessMs, nowMs, this.#target);
      const mapper =
        rule.decoder === 'protobuf' || !(schema instanceof ObservationRecords)
          ? records
          : new ObservationMapper(ruleDecoder(rule, mapping.devices), schema, records, topics, this.ignored);
      return { rule, batch, mapper, records };
    });
    this.#rows =
      tables === undefined ? undefined : new RowMapper(tables, ofTables, topics, latenessMs, nowMs, this.#target);
  }

  get stations(): StringDictionary {
    return this.#target.stations;
  }

  get lateness(): LatenessMonitor {
    return this.#target.lateness;
  }

  get notFinite(): Record<string, number> {
    return this.#target.notFinite;
  }

  map(batch: MessageBatch, store: RowStore, partitions: PartitionIndex, onReject: (reject: Reject) => void): number {
    if (batch.isTable && this.#rows !== undefined) return this.#rows.map(batch, store, partitions, onReject);
    let count = 0;
    for (let row = 0; row < batch.count; row++) {
      const topic = batch.topic[row] ?? -1;
      const lane = this.#lanes[this.#laneFor(topic)];
      if (lane === undefined) {
        count++;
        onReject(rejectOf(batch, row, this.#topics, 'no_rule', this.#unruled(topic)));
      } else if (lane.mapper === undefined) {
        const why = `ignored by the rule for ${lane.rule.topic.text}`;
        this.ignored[why] = (this.ignored[why] ?? 0) + 1;
      } else {
        lane.batch.add(
          batch.start[row] ?? 0,
          batch.end[row] ?? 0,
          batch.offset[row] ?? 0,
          batch.length[row] ?? 0,
          topic,
          batch.receiveTime[row] ?? NaN,
        );
      }
    }
    for (const lane of this.#lanes) {
      if (lane.batch.count === 0 || lane.mapper === undefined) continue;
      lane.batch.bytes = batch.bytes;
      lane.batch.capture = batch.capture;
      count += lane.mapper.map(lane.batch, store, partitions, onReject);
      lane.batch.clear();
    }
    return count;
  }

  unknownFields(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { records } of this.#lanes) {
      for (const [field, count] of Object.entries(records?.unknownFields() ?? {})) {
        counts[field] = (counts[field] ?? 0) + count;
      }
    }
    return counts;
  }

  notes(): string[] {
    return this.#lanes.flatMap(({ mapper }) => mapper?.notes() ?? []);
  }

  #unruled(topic: number): string {
    return topic < 0
      ? 'the message has no topic, and no payload rule is for all topics'
      : `no payload rule is for the topic ${this.#topics.textOf(topic)}`;
  }

  #laneFor(topic: number): number {
    let lane = this.#laneOf.get(topic);
    if (lane === undefined) {
      const text = topic < 0 ? '' : this.#topics.textOf(topic);
      lane = this.#lanes.findIndex(({ rule }) => rule.topic.matches(text));
      this.#laneOf.set(topic, lane);
    }
    return lane;
  }
}

function resolveRule(rule: PayloadRule, mapping: Mapping): ResolvedRule {
  if (rule.decoder === 'ignore') return { rule, schema: undefined, mapping };
  const columns = ruleColumns(mapping, rule);
  const station = ruleStation(mapping, rule);
  const schema = schemaOf(rule, mapping, columns, station);
  return { rule, schema, mapping: fillableMapping(mapping, columns, station, schema) };
}

function schemaOf(
  rule: ReadingRule,
  mapping: Mapping,
  columns: Mapping['columns'],
  station: Mapping['station'],
): RecordSchema {
  if (rule.decoder === 'protobuf') {
    return protobufRecords(loadMessageType(resolve(dirname(mapping.source), rule.schema), rule.message));
  }
  const texts = station !== undefined && 'from' in station ? [station.from] : [];
  return new ObservationRecords(`the messages of ${rule.topic.text} (${rule.decoder})`, columns, texts);
}

/**
 * The columns of the rows of all rules.
 * @throws ToolError where no rule fills a column, or two make different types of it
 */
function commonColumns(mapping: Mapping, rules: readonly Pick<ResolvedRule, 'schema' | 'mapping'>[]): RowColumn[] {
  const resolved = rules.flatMap(({ schema, mapping: own }) =>
    schema === undefined ? [] : resolveColumns(own, schema).map((column) => ({ column, schema })),
  );
  return mapping.columns.map(({ name }) => {
    const own = resolved.filter(({ column }) => column.mapping.name === name);
    const [first, ...others] = own;
    if (first === undefined) {
      throw new ToolError(
        EXIT.usage,
        `columns.${name}: no payload rule has messages with a field for it`,
        'Name its field with from, or leave the column out.',
      );
    }
    const other = others.find(({ column }) => column.type !== first.column.type);
    if (other !== undefined) {
      throw new ToolError(
        EXIT.usage,
        `columns.${name}: ${first.schema.name} make it ${first.column.type}, ${other.schema.name} ${other.column.type}`,
        `Give the column a type that holds both, such as type: ${widest(first.column, other.column)}.`,
      );
    }
    return rowColumn(first.column, first.column.type === 'text' ? new StringDictionary() : undefined);
  });
}

function widest(one: MappedColumn, other: MappedColumn): string {
  return [one.type, other.type].includes('text') ? 'text' : 'double';
}
