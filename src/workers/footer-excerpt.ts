/** Types of Thrift's compact protocol (THRIFT-110), as far as Parquet's metadata has them. */
const STOP = 0;
const BOOLEAN_TRUE = 1;
const BOOLEAN_FALSE = 2;
const BYTE = 3;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;

/** Fields of parquet.thrift: two of FileMetaData, columns in RowGroup, the two page indexes in ColumnChunk. */
const ROW_GROUPS = 4;
const KEY_VALUES = 5;
const COLUMNS = 1;
const OFFSET_INDEX = [4, 5];
const COLUMN_INDEX = [6, 7];

const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

interface Field {
  id: number;
  type: number;
  /** Where its value begins and ends. */
  start: number;
  end: number;
}

/**
 * The footer of a file as if it had only some of its row groups, no page index and no metadata of its writer. parquet-wasm
 * reads the page indexes of all row groups in the footer before anything else, which of a large file are megabytes nobody
 * asked for; and an Arrow schema among the metadata, as Polars writes it, may ask for types that apache-arrow does not know.
 * @param footer metadata, its length and magic
 * @param rowGroups those to keep, by their index, in this order; all where undefined
 * @param withOffsetIndex keep the references to where pages are, which make it possible to read some of them
 * @returns metadata, its length and magic
 * @throws RangeError where the footer is not what it should be
 */
export function excerptFooter(
  footer: Uint8Array,
  rowGroups?: readonly number[],
  withOffsetIndex = false,
): Uint8Array<ArrayBuffer> {
  const dropped = withOffsetIndex ? COLUMN_INDEX : [...COLUMN_INDEX, ...OFFSET_INDEX];
  const metadata = rewriteStruct(footer, 0, ({ id, start }) => {
    if (id === KEY_VALUES) return null;
    if (id !== ROW_GROUPS) return undefined;
    const groups = elementsOf(footer, start);
    const kept = rowGroups?.map((index) => groups[index]) ?? groups;
    return listOf(
      kept.map((group) => {
        if (group === undefined) throw new RangeError('a row group that is not there');
        return rewriteRowGroup(footer, group.start, dropped);
      }),
    );
  });
  const excerpt = new Uint8Array(metadata.length + 8);
  excerpt.set(metadata);
  new DataView(excerpt.buffer).setUint32(metadata.length, metadata.length, true);
  excerpt.set(MAGIC, metadata.length + 4);
  return excerpt;
}

function rewriteRowGroup(bytes: Uint8Array, from: number, dropped: number[]): number[] {
  return rewriteStruct(bytes, from, ({ id, start }) =>
    id === COLUMNS
      ? listOf(
          elementsOf(bytes, start).map((column) =>
            rewriteStruct(bytes, column.start, (field) => (dropped.includes(field.id) ? null : undefined)),
          ),
        )
      : undefined,
  );
}

/** @param replace the new value of a field, undefined to copy it, null to leave it out */
function rewriteStruct(
  bytes: Uint8Array,
  from: number,
  replace: (field: Field) => number[] | null | undefined,
): number[] {
  const out: number[] = [];
  let lastId = 0;
  for (const field of fieldsOf(bytes, from).fields) {
    const value = replace(field);
    if (value === null) continue;
    const delta = field.id - lastId;
    if (delta > 0 && delta < 16) out.push((delta << 4) | field.type);
    else out.push(field.type, ...varint(field.id * 2));
    lastId = field.id;
    if (value) for (const byte of value) out.push(byte);
    else for (let i = field.start; i < field.end; i++) out.push(at(bytes, i));
  }
  out.push(STOP);
  return out;
}

function fieldsOf(bytes: Uint8Array, from: number): { fields: Field[]; end: number } {
  const fields: Field[] = [];
  let position = from;
  let id = 0;
  for (;;) {
    const head = at(bytes, position++);
    if (head === STOP) return { fields, end: position };
    const type = head & 15;
    if (head >> 4 > 0) id += head >> 4;
    else {
      const { value, end } = readVarint(bytes, position);
      id = value / 2;
      position = end;
    }
    const end = type === BOOLEAN_TRUE || type === BOOLEAN_FALSE ? position : endOf(bytes, position, type);
    fields.push({ id, type, start: position, end });
    position = end;
  }
}

/** The elements of a list of structs. */
function elementsOf(bytes: Uint8Array, from: number): { start: number; end: number }[] {
  const { size, type, start } = listHead(bytes, from);
  if (type !== STRUCT) throw new RangeError('a list that is not of structs');
  const elements = [];
  let position = start;
  for (let i = 0; i < size; i++) {
    const { end } = fieldsOf(bytes, position);
    elements.push({ start: position, end });
    position = end;
  }
  return elements;
}

function listOf(structs: number[][]): number[] {
  const head = structs.length < 15 ? [(structs.length << 4) | STRUCT] : [0xf0 | STRUCT, ...varint(structs.length)];
  return [...head, ...structs.flat()];
}

function listHead(bytes: Uint8Array, from: number): { size: number; type: number; start: number } {
  const head = at(bytes, from);
  if (head >> 4 < 15) return { size: head >> 4, type: head & 15, start: from + 1 };
  const { value, end } = readVarint(bytes, from + 1);
  if (value > bytes.length) throw new RangeError('a list longer than the metadata');
  return { size: value, type: head & 15, start: end };
}

/** Where a value of a type ends. */
function endOf(bytes: Uint8Array, from: number, type: number): number {
  switch (type) {
    case BOOLEAN_TRUE:
    case BOOLEAN_FALSE:
    case BYTE:
      return from + 1;
    case DOUBLE:
      return from + 8;
    case BINARY: {
      const { value, end } = readVarint(bytes, from);
      return end + value;
    }
    case LIST:
    case SET: {
      const { size, type: element, start } = listHead(bytes, from);
      let position = start;
      for (let i = 0; i < size; i++) position = endOf(bytes, position, element);
      return position;
    }
    case STRUCT:
      return fieldsOf(bytes, from).end;
    case MAP:
      throw new RangeError('a map, which Parquet metadata has none of');
    default:
      // 16, 32 and 64-bit integers.
      return readVarint(bytes, from).end;
  }
}

function readVarint(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0;
  let position = from;
  for (let scale = 1; ; scale *= 128) {
    const byte = at(bytes, position++);
    value += (byte & 127) * scale;
    if (byte < 128) return { value, end: position };
  }
}

function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

function at(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw new RangeError('metadata that breaks off');
  return byte;
}
