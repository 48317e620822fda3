/** Magic number and version. */
const HEADER_BYTES = 8;
const EXPORT_SECTION = 7;

/**
 * A WebAssembly module that exports less; what it does stays.
 * @param isKept told the name of each export
 * @throws RangeError where the module ends too early
 * @see https://webassembly.github.io/spec/core/binary/modules.html
 */
export function keepExports(module: Uint8Array, isKept: (name: string) => boolean): Uint8Array {
  const reader = readerOf(module, HEADER_BYTES);
  while (reader.offset < module.length) {
    const start = reader.offset;
    const section = reader.byte();
    const size = reader.size();
    const body = reader.offset;
    if (section === EXPORT_SECTION) {
      const entries = keptEntries(module, body, isKept);
      const count = sizeBytes(entries.length);
      const bytes = count.length + entries.reduce((sum, entry) => sum + entry.length, 0);
      const after = module.subarray(body + size);
      return joined([module.subarray(0, start), [EXPORT_SECTION], sizeBytes(bytes), count, ...entries, after]);
    }
    reader.offset = body + size;
  }
  return module;
}

/** Each export that is kept, as it stands in the module: its name, its kind and its index. */
function keptEntries(module: Uint8Array, body: number, isKept: (name: string) => boolean): Uint8Array[] {
  const reader = readerOf(module, body);
  const text = new TextDecoder();
  const kept: Uint8Array[] = [];
  for (let left = reader.size(); left > 0; left--) {
    const start = reader.offset;
    const length = reader.size();
    const name = text.decode(module.subarray(reader.offset, reader.offset + length));
    reader.offset += length;
    reader.byte();
    reader.size();
    if (isKept(name)) kept.push(module.subarray(start, reader.offset));
  }
  return kept;
}

interface Reader {
  offset: number;
  byte(): number;
  /** An unsigned LEB128 number. */
  size(): number;
}

function readerOf(bytes: Uint8Array, offset: number): Reader {
  return {
    offset,
    byte() {
      const byte = bytes[this.offset++];
      if (byte === undefined) throw new RangeError('The WebAssembly module ends too early.');
      return byte;
    },
    size() {
      let value = 0;
      for (let shift = 1; ; shift *= 128) {
        const byte = this.byte();
        value += (byte & 127) * shift;
        if (byte < 128) return value;
      }
    },
  };
}

function sizeBytes(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...sizeBytes(Math.floor(value / 128))];
}

function joined(parts: readonly ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
