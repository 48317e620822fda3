import type protobuf from 'protobufjs';
import type { MessageBatch } from '../inputs/message-batch';
import { ColumnarDecoder } from './columnar-decoder';
import { scalarOf } from './decode-plan';
import type { DecodedColumn, Scalar } from './decoded-column';
import { columnPathsOf, fieldAt, tracksPresence } from './proto-schema';

/** Words that name what is known of a message besides its fields: its topic, or a level of it, its receipt, and its capture. */
export const BESIDE_FIELDS = /^(?:topic(?:\[\d+\])?|receive_time|capture\.name)$/;

/** What a mapping has to know of a field it names. */
export interface RecordField {
  /** Undefined where it is not one value but holds others. */
  scalar: Scalar | undefined;
  /** Whether its absence can be told from zero. */
  tracksPresence: boolean;
}

/** What a run's records are made of, whatever form they come in. A mapping is resolved against it. */
export interface RecordSchema {
  /** For people, such as `the message OceanTelemetry`. */
  readonly name: string;
  /** The field that a mapping's `from` names; undefined where there is none. */
  fieldAt(path: string): RecordField | undefined;
  /** Every field that can become a column, for people. */
  paths(): string[];
  /** What fills columns of these fields, batch by batch. */
  decoder(paths: readonly string[]): RecordDecoder;
}

/** Fills columns from the records of a batch, row for row. */
export interface RecordDecoder {
  /** By the paths it was made for. */
  readonly columns: ReadonlyMap<string, DecodedColumn>;
  /** @param onReject told of each row that is no record of the schema, and why; its values mean nothing */
  decode(batch: MessageBatch, onReject: (row: number, detail: string) => void): void;
  /** How often each field was met that the schema does not know. */
  unknownFields(): Record<string, number>;
}

/** Records that are protobuf messages of one type. */
export function protobufRecords(type: protobuf.Type): RecordSchema {
  return {
    name: `the message ${type.name}`,
    fieldAt: (path) => {
      const field = fieldAt(type, path);
      return field === undefined ? undefined : { scalar: scalarOf(field), tracksPresence: tracksPresence(field) };
    },
    paths: () => columnPathsOf(type),
    decoder: (paths) => new ColumnarDecoder(type, paths),
  };
}
