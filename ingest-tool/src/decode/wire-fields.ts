import protobuf from 'protobufjs';
import { DecodeError } from './reading';

/** How a field's value is written: the low three bits of its tag. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Takes the value of one field off the reader.
 * @returns whether it did; a field of another number or wire type is skipped
 */
export type FieldTaker = (field: number, wire: number, reader: protobuf.Reader) => boolean;

/**
 * Goes through the fields of one protobuf message, for the few schemas that are built in and small.
 * @throws DecodeError where the bytes are no protobuf message
 */
export function readFields(bytes: Uint8Array, take: FieldTaker): void {
  const reader = protobuf.Reader.create(bytes);
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === 0) throw new DecodeError(`a field numbered 0 at byte ${reader.pos}`);
      if (!take(tag >>> 3, tag & 7, reader)) reader.skipType(tag & 7);
    }
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError(`not a protobuf message: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** An unsigned 64-bit varint, exactly. */
export function readUint64(reader: protobuf.Reader): bigint {
  return BigInt.asUintN(64, BigInt(String(reader.uint64())));
}
