import { DecodeError } from '../decode/reading';
import type { PayloadDecoder } from '../decode/observation';
import type { StringDictionary } from '../decode/string-dictionary';
import type { MessageBatch } from '../inputs/message-batch';
import type protobuf from 'protobufjs';
import { FieldSummary } from './field-summary';
import { guessPayload, PAYLOAD_KINDS, type PayloadKind } from './payload-guess';
import { sampleDecoder } from './sample-decoder';
import type { TopicSummary } from './topic-group';

/** Messages of a topic whose fields are looked at; all are counted. */
const SAMPLED = 2000;
/** Topics that are told apart; a broker with more has names in its topics that never come again. */
const MOST_TOPICS = 10_000;
const EXAMPLE_BYTES = 1024;

/** Looks at messages as they are read: which topics there are, what their payloads may be, and what is in these. */
export class Inspection {
  messages = 0;
  /** Messages of topics beyond the first {@link MOST_TOPICS}. */
  unlisted = 0;
  /** First and last receipt, UTC microseconds; NaN where captures do not say. */
  firstReceived = NaN;
  lastReceived = NaN;
  readonly #summaries = new Map<number, TopicSummary>();
  readonly #decoders: Map<PayloadKind, PayloadDecoder>;
  readonly #topics: StringDictionary;

  /**
   * @param topics where the captures' topics have their numbers
   * @param type of the protobuf messages, where it is known
   */
  constructor(topics: StringDictionary, type: protobuf.Type | undefined) {
    this.#topics = topics;
    this.#decoders = new Map(PAYLOAD_KINDS.map((kind) => [kind, sampleDecoder(kind, type)]));
  }

  /** The topics, those with most messages first. */
  get topics(): TopicSummary[] {
    return [...this.#summaries.values()].sort(
      (left, right) => right.messages - left.messages || (left.topic < right.topic ? -1 : 1),
    );
  }

  /** What was noticed across messages. */
  notes(): string[] {
    return [...this.#decoders.values()].flatMap((decoder) => decoder.notes());
  }

  add(batch: MessageBatch): void {
    for (let row = 0; row < batch.count; row++) {
      this.messages++;
      const received = batch.receiveTime[row] ?? NaN;
      if (!(received >= this.firstReceived))
        this.firstReceived = Number.isNaN(received) ? this.firstReceived : received;
      if (!(received <= this.lastReceived)) this.lastReceived = Number.isNaN(received) ? this.lastReceived : received;
      const payload = batch.bytes.subarray(batch.start[row] ?? 0, batch.end[row] ?? 0);
      const summary = this.#summaryOf(batch.topic[row] ?? -1, payload);
      if (summary === undefined) {
        this.unlisted++;
        continue;
      }
      summary.messages++;
      summary.bytes += payload.length;
      // Aliases are told by births, so all messages of a Sparkplug session have to be followed.
      if (summary.messages <= SAMPLED || summary.kind === 'sparkplug-b') this.#sample(summary, payload, received);
    }
  }

  #summaryOf(topic: number, payload: Uint8Array): TopicSummary | undefined {
    const known = this.#summaries.get(topic);
    if (known?.kind === 'empty' && payload.length > 0) known.kind = guessPayload(known.topic, payload);
    if (known !== undefined || this.#summaries.size >= MOST_TOPICS) return known;
    const text = topic < 0 ? '' : this.#topics.textOf(topic);
    const summary: TopicSummary = {
      topic: text,
      kind: guessPayload(text, payload),
      messages: 0,
      bytes: 0,
      fields: new Map(),
      example: payload.slice(0, EXAMPLE_BYTES),
      problem: undefined,
      problems: 0,
    };
    this.#summaries.set(topic, summary);
    return summary;
  }

  #sample(summary: TopicSummary, payload: Uint8Array, receiveTime: number): void {
    const note = (problem: string): void => {
      summary.problem ??= problem;
      summary.problems++;
    };
    try {
      const decoder = this.#decoders.get(summary.kind);
      const decoded = decoder?.decode({ topic: summary.topic, payload, receiveTime });
      for (const problem of decoded?.problems ?? []) note(problem);
      for (const observation of decoded?.observations ?? []) {
        for (const [path, value] of observation) {
          let field = summary.fields.get(path);
          if (field === undefined) summary.fields.set(path, (field = new FieldSummary()));
          field.add(value);
        }
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      note(error.message);
    }
  }
}
