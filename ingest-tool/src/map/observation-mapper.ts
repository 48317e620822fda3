import type { Observation, PayloadDecoder } from '../decode/observation';
import { DecodeError } from '../decode/reading';
import type { StringDictionary } from '../decode/string-dictionary';
import { MessageBatch, type Reject } from '../inputs/message-batch';
import type { PartitionIndex } from '../rows/partition-index';
import type { RowStore } from '../rows/row-store';
import { NO_COLUMN, rejectOf } from './message-reject';
import type { ObservationRecords } from './observation-records';
import type { RowMapper } from './row-mapper';

/** Turns messages that hold any number of observations into rows: one each. */
export class ObservationMapper {
  readonly #decoder: PayloadDecoder;
  readonly #records: ObservationRecords;
  readonly #rows: RowMapper;
  readonly #topics: StringDictionary;
  readonly #ignored: Record<string, number>;
  readonly #batch = new MessageBatch();
  readonly #pending: Observation[] = [];

  /** @param ignored where messages without an observation are counted */
  constructor(
    decoder: PayloadDecoder,
    records: ObservationRecords,
    rows: RowMapper,
    topics: StringDictionary,
    ignored: Record<string, number>,
  ) {
    this.#decoder = decoder;
    this.#records = records;
    this.#rows = rows;
    this.#topics = topics;
    this.#ignored = ignored;
  }

  /** See {@link MessageMapper.map}. */
  map(batch: MessageBatch, store: RowStore, partitions: PartitionIndex, onReject: (reject: Reject) => void): number {
    let count = 0;
    const flush = (): void => {
      this.#batch.bytes = batch.bytes;
      this.#batch.capture = batch.capture;
      this.#records.take(this.#pending);
      count += this.#rows.map(this.#batch, store, partitions, onReject);
      this.#batch.clear();
      this.#pending.length = 0;
    };
    for (let row = 0; row < batch.count; row++) {
      const reject = (detail: string): void => {
        count++;
        onReject(rejectOf(batch, row, this.#topics, 'undecodable', detail));
      };
      for (const observation of this.#observationsOf(batch, row, reject)) {
        this.#batch.add(
          batch.start[row] ?? 0,
          batch.end[row] ?? 0,
          batch.offset[row] ?? 0,
          batch.length[row] ?? 0,
          batch.topic[row] ?? -1,
          batch.receiveTime[row] ?? NaN,
        );
        this.#pending.push(observation);
        if (this.#batch.full) flush();
      }
    }
    flush();
    return count;
  }

  notes(): string[] {
    return this.#decoder.notes();
  }

  /** The observations of a message that columns are made from; counts those messages that have none. */
  #observationsOf(batch: MessageBatch, row: number, reject: (detail: string) => void): Observation[] {
    const topic = batch.topic[row] ?? -1;
    try {
      const { observations, problems, nothing } = this.#decoder.decode({
        topic: topic < 0 ? '' : this.#topics.textOf(topic),
        payload: batch.bytes.subarray(batch.start[row] ?? 0, batch.end[row] ?? 0),
        receiveTime: batch.receiveTime[row] ?? NaN,
      });
      if (problems.length > 0) reject(problems.join('; '));
      const measured = observations.filter((observation) => this.#records.measures(observation));
      if (measured.length > 0 || problems.length > 0) return measured;
      const why = observations.length === 0 ? (nothing ?? 'nothing in it') : NO_COLUMN;
      this.#ignored[why] = (this.#ignored[why] ?? 0) + 1;
      return [];
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      reject(error.message);
      return [];
    }
  }
}
