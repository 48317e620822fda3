import type { StringDictionary } from '../decode/string-dictionary';
import type { MessageBatch, Reject } from '../inputs/message-batch';
import type { RowColumn } from '../rows/column-values';
import type { PartitionIndex } from '../rows/partition-index';
import type { RowStore } from '../rows/row-store';
import type { LatenessMonitor } from './lateness-monitor';

/** Turns batches of messages into rows of the lake. */
export interface MessageMapper {
  readonly columns: readonly RowColumn[];
  /** Ids of the stations, numbered as the partitions have them. */
  readonly stations: StringDictionary;
  readonly lateness: LatenessMonitor;
  /** Per column: values that were there but are no finite number, and were stored as null. */
  readonly notFinite: Record<string, number>;
  /** How many messages hold no observation and are none the worse for it, by what they are. */
  readonly ignored: Record<string, number>;
  /**
   * Sends what each message of a batch holds to the store or to `onReject`.
   * @returns how many observations that were: one a message, unless its decoder finds more or none in it
   */
  map(batch: MessageBatch, store: RowStore, partitions: PartitionIndex, onReject: (reject: Reject) => void): number;
  /** How often fields were met that the schema does not know. */
  unknownFields(): Record<string, number>;
  /** What was noticed across messages, in words. */
  notes(): string[];
}
