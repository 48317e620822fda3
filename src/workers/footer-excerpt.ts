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

/** Metadata that is being read, and how far. */
interface Source {
  bytes: Uint8Array;
  at: number;
}

/** Metadata that is being written: the first `length` of the bytes. */
interface Target {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** Writes another value for a field than the one that is read, which it must read past. */
type Rewrite = (source: Source, target: Target) => void;

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
  const rewriteColumn: Rewrite = (source, target) =>
    copyStruct(source, target, (id) => (dropped.includes(id) ? 'drop' : 'copy'));
  const rewriteRowGroup: Rewrite = (source, target) =>
    copyStruct(source, target, (id) => (id === COLUMNS ? (from, to) => rewriteList(from, to, rewriteColumn) : 'copy'));
  const target: Target = { bytes: new Uint8Array(footer.length), length: 0 };
  copyStruct({ bytes: footer, at: 0 }, target, (id) => {
    if (id === KEY_VALUES) return 'drop';
    return id === ROW_GROUPS ? (from, to) => rewriteList(from, to, rewriteRowGroup, rowGroups) : 'copy';
  });
  const excerpt = new Uint8Array(target.length + 8);
  excerpt.set(target.bytes.subarray(0, target.length));
  new DataView(excerpt.buffer).setUint32(target.length, target.length, true);
  excerpt.set(MAGIC, target.length + 4);
  return excerpt;
}

function copyStruct(source: Source, target: Target, actionOf: (id: number) => 'copy' | 'drop' | Rewrite): void {
  let id = 0;
  let lastWritten = 0;
  for (;;) {
    const start = source.at;
    const head = nextByte(source);
    if (head === STOP) {
      writeByte(target, STOP);
      return;
    }
    const before = id;
    id = head >> 4 > 0 ? id + (head >> 4) : readVarint(source) / 2;
    const type = head & 15;
    const action = actionOf(id);
    if (action === 'drop') {
      skipField(source, type);
      continue;
    }
    // A field is numbered from the one before, which may have been dropped.
    if (before === lastWritten) copyBytes(source, target, start);
    else writeHead(target, type, id, lastWritten);
    lastWritten = id;
    if (action === 'copy') {
      const value = source.at;
      skipField(source, type);
      copyBytes(source, target, value);
    } else action(source, target);
  }
}

/** @param kept elements by their index; all where undefined */
function rewriteList(source: Source, target: Target, rewrite: Rewrite, kept?: readonly number[]): void {
  const { size, type } = readListHead(source);
  if (type !== STRUCT) throw new RangeError('a list that is not of structs');
  const count = kept?.length ?? size;
  if (count < 15) writeByte(target, (count << 4) | STRUCT);
  else {
    writeByte(target, 0xf0 | STRUCT);
    writeVarint(target, count);
  }
  if (!kept) {
    for (let index = 0; index < size; index++) rewrite(source, target);
    return;
  }
  const starts = [];
  for (let index = 0; index < size; index++) {
    starts.push(source.at);
    skipStruct(source);
  }
  for (const index of kept) {
    const at = starts[index];
    if (at === undefined) throw new RangeError(`no element ${index}`);
    rewrite({ bytes: source.bytes, at }, target);
  }
}

function skipStruct(source: Source): void {
  for (let head = nextByte(source); head !== STOP; head = nextByte(source)) {
    if (head >> 4 === 0) readVarint(source);
    skipField(source, head & 15);
  }
}

function skipField(source: Source, type: number): void {
  // The value of a boolean field is in its type.
  if (type !== BOOLEAN_TRUE && type !== BOOLEAN_FALSE) skipValue(source, type);
}

function skipValue(source: Source, type: number): void {
  switch (type) {
    case BOOLEAN_TRUE:
    case BOOLEAN_FALSE:
    case BYTE:
      source.at += 1;
      return;
    case DOUBLE:
      source.at += 8;
      return;
    case BINARY: {
      const length = readVarint(source);
      source.at += length;
      return;
    }
    case LIST:
    case SET: {
      const { size, type: element } = readListHead(source);
      for (let index = 0; index < size; index++) skipValue(source, element);
      return;
    }
    case STRUCT:
      skipStruct(source);
      return;
    case MAP:
      throw new RangeError('a map, which Parquet metadata has none of');
    default:
      // 16, 32 and 64-bit integers.
      readVarint(source);
  }
}

function readListHead(source: Source): { size: number; type: number } {
  const head = nextByte(source);
  const size = head >> 4 < 15 ? head >> 4 : readVarint(source);
  if (size > source.bytes.length) throw new RangeError('a list longer than the metadata');
  return { size, type: head & 15 };
}

function readVarint(source: Source): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = nextByte(source);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}

function nextByte(source: Source): number {
  const byte = source.bytes[source.at++];
  if (byte === undefined) throw new RangeError('metadata that breaks off');
  return byte;
}

function writeHead(target: Target, type: number, id: number, lastWritten: number): void {
  const delta = id - lastWritten;
  if (delta > 0 && delta < 16) writeByte(target, (delta << 4) | type);
  else {
    writeByte(target, type);
    writeVarint(target, id * 2);
  }
}

function writeVarint(target: Target, value: number): void {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) writeByte(target, (rest & 127) | 128);
  writeByte(target, rest);
}

function writeByte(target: Target, byte: number): void {
  makeRoom(target, 1);
  target.bytes[target.length++] = byte;
}

/** Copies what was read from a place on. */
function copyBytes(source: Source, target: Target, from: number): void {
  if (source.at > source.bytes.length) throw new RangeError('metadata that breaks off');
  makeRoom(target, source.at - from);
  target.bytes.set(source.bytes.subarray(from, source.at), target.length);
  target.length += source.at - from;
}

function makeRoom(target: Target, length: number): void {
  if (target.length + length <= target.bytes.length) return;
  const larger = new Uint8Array(2 * (target.length + length));
  larger.set(target.bytes);
  target.bytes = larger;
}
