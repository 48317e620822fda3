import { DataType, MessageReader } from 'apache-arrow';
import type { Schema } from 'apache-arrow';

/** A continuation marker and a metadata length of 0: the end of an Arrow IPC stream. */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** The marker and the length in front of every message. */
const MESSAGE_HEAD = 8;

/**
 * Joins Arrow IPC streams of one schema into one stream: the schema message of the first, the batches of all, one end
 * marker, without which DuckDB would silently insert nothing.
 * @throws RangeError where a stream is none
 */
export function joinIpcStreams(streams: readonly Uint8Array[]): Uint8Array {
  const [first] = streams;
  if (!first) return END_OF_STREAM.slice();
  const parts = [first.subarray(0, schemaEnd(first)), ...streams.map(batchesOf), END_OF_STREAM];
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

/** Schemas by the bytes that say them: files of one lake have the same one, and reading it takes longer than decoding a small file. */
const known = new Map<string, Schema>();
const MOST_KNOWN = 64;
const asText = new TextDecoder('latin1');

/** The schema at the head of an Arrow IPC stream. It may be shared with other streams. */
export function readIpcSchema(stream: Uint8Array): Schema {
  const key = asText.decode(stream.subarray(0, schemaEnd(stream)));
  const schema = known.get(key) ?? new MessageReader(stream).readSchema();
  if (!schema) throw new RangeError('an Arrow stream without a schema');
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, schema);
  return schema;
}

/**
 * A text that is the same for two streams exactly where they may be joined: same names, types and order. Metadata does
 * not count. Undefined where a stream must stay alone, for its dictionaries are numbered by itself.
 */
export function joinKey(schema: Schema): string | undefined {
  if (schema.fields.some((field) => DataType.isDictionary(field.type))) return undefined;
  return JSON.stringify(schema.fields.map((field) => [field.name, String(field.type), field.nullable]));
}

function schemaEnd(stream: Uint8Array): number {
  if (stream.byteLength < MESSAGE_HEAD) throw new RangeError('an Arrow stream that is too short');
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const end = MESSAGE_HEAD + view.getInt32(4, true);
  if (view.getUint32(0, true) !== 0xffffffff || end <= MESSAGE_HEAD || end > stream.byteLength) {
    throw new RangeError('an Arrow stream that does not start with a schema');
  }
  return end;
}

function batchesOf(stream: Uint8Array): Uint8Array {
  const tail = stream.subarray(-MESSAGE_HEAD);
  const ended = tail.every((byte, index) => byte === END_OF_STREAM[index]);
  return stream.subarray(schemaEnd(stream), ended ? -MESSAGE_HEAD : undefined);
}
