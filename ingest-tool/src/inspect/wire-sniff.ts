import protobuf from 'protobufjs';
import type { FieldValue } from '../decode/observation';

const MAX_DEPTH = 6;

/**
 * Reads bytes as a protobuf message without a schema: fields are named by their numbers, such as `7` or `7.1`.
 * @returns undefined where the bytes are no message, or hardly one
 */
export function sniffProtobuf(bytes: Uint8Array): Map<string, FieldValue> | undefined {
  if (bytes.length < 2) return undefined;
  const fields = new Map<string, FieldValue>();
  return addMessage(bytes, '', fields, 0) ? fields : undefined;
}

function addMessage(bytes: Uint8Array, prefix: string, into: Map<string, FieldValue>, depth: number): boolean {
  const reader = protobuf.Reader.create(bytes);
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const number = tag >>> 3;
      // Real schemas count from 1; a number far above is text or noise that happens to look like a tag.
      if (number === 0 || number > 4096) return false;
      const path = `${prefix}${number}`;
      const wireType = tag & 7;
      if (wireType === 0) into.set(path, { value: Number(reader.uint64()) });
      else if (wireType === 1) into.set(path, { value: reader.double() });
      else if (wireType === 5) into.set(path, { value: reader.float() });
      else if (wireType !== 2) return false;
      else addBytes(reader.bytes(), path, into, depth);
    }
    return into.size > 0;
  } catch {
    return false;
  }
}

/** A text where it is one, a message inside where it is one, else its length. */
function addBytes(bytes: Uint8Array, path: string, into: Map<string, FieldValue>, depth: number): void {
  const text = plainText(bytes);
  if (text !== undefined) {
    into.set(path, { value: text });
    return;
  }
  const inner = new Map<string, FieldValue>();
  if (depth < MAX_DEPTH && addMessage(bytes, `${path}.`, inner, depth + 1)) {
    for (const [name, value] of inner) into.set(name, value);
  } else into.set(path, { value: `${bytes.length} bytes` });
}

/** The text that bytes are; undefined where they are none that a person would have written. */
export function plainText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /^[\P{Cc}\t\r\n]*$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
