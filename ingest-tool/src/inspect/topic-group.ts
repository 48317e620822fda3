import { FieldSummary } from './field-summary';
import type { PayloadKind } from './payload-guess';

/** One topic, with what its messages are like. */
export interface TopicSummary {
  topic: string;
  kind: PayloadKind;
  messages: number;
  bytes: number;
  fields: Map<string, FieldSummary>;
  /** A message, at most its first kilobyte. */
  example: Uint8Array;
  /** The first thing that could not be decoded, and how often that was. */
  problem: string | undefined;
  problems: number;
}

/** Topics whose messages are alike. */
export interface TopicGroup {
  kind: PayloadKind;
  topics: TopicSummary[];
}

/** How many of the fields of two topics must be the same, for them to be alike. */
const LEAST_SHARE = 0.5;

/**
 * Puts topics together that have the same payload, the same number of levels and mostly the same fields, such as those of
 * many instruments of one kind.
 */
export function groupTopics(topics: readonly TopicSummary[]): TopicGroup[] {
  const groups: (TopicGroup & { levels: number; fields: Set<string> })[] = [];
  for (const topic of topics) {
    const levels = topic.topic.split('/').length;
    // Whole protocols have one rule, however their topics differ.
    const isProtocol = topic.kind === 'sparkplug-b' || topic.kind === 'meshtastic';
    const group = groups.find(
      (each) =>
        each.kind === topic.kind &&
        (isProtocol || (each.levels === levels && (topic.kind === 'number' || isAlike(each.fields, topic.fields)))),
    );
    if (group === undefined) {
      groups.push({ kind: topic.kind, topics: [topic], levels, fields: new Set(topic.fields.keys()) });
    } else {
      group.topics.push(topic);
      for (const field of topic.fields.keys()) group.fields.add(field);
    }
  }
  return groups.map(({ kind, topics: own }) => ({ kind, topics: own }));
}

function isAlike(known: ReadonlySet<string>, fields: ReadonlyMap<string, unknown>): boolean {
  const shared = [...fields.keys()].filter((field) => known.has(field)).length;
  return shared >= LEAST_SHARE * Math.min(known.size, fields.size);
}

/** Fields of all topics of a group. */
export function groupFields({ topics }: TopicGroup): Map<string, FieldSummary> {
  const fields = new Map<string, FieldSummary>();
  for (const topic of topics) {
    for (const [path, summary] of topic.fields) {
      const united = fields.get(path) ?? new FieldSummary();
      united.merge(summary);
      fields.set(path, united);
    }
  }
  return fields;
}
