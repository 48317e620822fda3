/** A file that is read and written at once, such as a synchronous handle of the browser's private file system. */
export interface PackFile {
  getSize(): number;
  /** Fills a buffer from a place; gives the bytes read. */
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  /** Writes what it has put off; there are files that put nothing off. */
  writeOut?(): void;
  close(): void;
}

/** Bytes by name in a few files, which outlive the page. */
export interface BytePack {
  /** Undefined where they are not there, or not as they were put. */
  get(id: string): Uint8Array | undefined;
  /** Whether they are there, unless the disk has lost them. */
  has(id: string): boolean;
  /** Does nothing where they are there already, too many for a file, or the disk is full. */
  put(id: string, bytes: Uint8Array): void;
  /** Gives up what an id is kept for that begins so. */
  remove(prefix: string): void;
  /** Writes what its files have put off. */
  writeOut(): void;
  clear(): void;
}

interface Entry {
  segment: Segment;
  /** Of the record. */
  at: number;
  idLength: number;
  length: number;
  checksum: number;
}

interface Segment {
  file: PackFile;
  /** Grows with each reuse of a file; the lowest is the oldest. */
  sequence: number;
  end: number;
}

/** `TLPK`, and the version of the layout. */
const MAGIC = 0x4b504c54;
const VERSION = 1;

/** Magic, version, sequence. */
const SEGMENT_HEAD = 16;

/** Magic, lengths of name and bytes, checksum of both. */
const RECORD_HEAD = 16;

const asBytes = new TextEncoder();

/**
 * A pack in files, each of which is filled with records one after another. When one is full, the file that was begun the
 * longest ago is begun anew. What was written when the page was closed is recognized as incomplete; what the disk has changed
 * is recognized by its checksum; both are as if they had never been put.
 * @param files at least two, in any state; they are the pack's from now on
 * @param segmentBytes of a file at most
 */
export function createBytePack(files: readonly PackFile[], segmentBytes: number): BytePack {
  const entries = new Map<string, Entry>();
  const segments = files.map((file) => openSegment(file, entries));
  let current = latest(segments);

  function nextSegment(): Segment {
    const oldest = segments.reduce((first, segment) => (segment.sequence < first.sequence ? segment : first));
    for (const [id, { segment }] of entries) if (segment === oldest) entries.delete(id);
    begin(oldest, current.sequence + 1);
    return oldest;
  }

  function append(id: string, bytes: Uint8Array): void {
    const name = asBytes.encode(id);
    const size = RECORD_HEAD + name.byteLength + bytes.byteLength;
    if (SEGMENT_HEAD + size > segmentBytes) return;
    if (current.sequence === 0) begin(current, 1);
    if (current.end + size > segmentBytes) current = nextSegment();
    const record = new Uint8Array(RECORD_HEAD + name.byteLength);
    const checksum = checksumOf(bytes, checksumOf(name));
    writeWords(record, [MAGIC, name.byteLength, bytes.byteLength, checksum]);
    record.set(name, RECORD_HEAD);
    const at = current.end;
    // The head last, so that a record without all its bytes has none.
    writeAll(current.file, bytes, at + record.byteLength);
    writeAll(current.file, record, at);
    current.end += size;
    entries.set(id, { segment: current, at, idLength: name.byteLength, length: bytes.byteLength, checksum });
  }

  return {
    get(id) {
      const entry = entries.get(id);
      if (!entry) return undefined;
      const bytes = new Uint8Array(entry.length);
      const at = entry.at + RECORD_HEAD + entry.idLength;
      const read = attempt(() => entry.segment.file.read(bytes, { at }));
      const checksum = checksumOf(bytes, checksumOf(asBytes.encode(id)));
      if (read === entry.length && checksum === entry.checksum) return bytes;
      entries.delete(id);
      return undefined;
    },
    has: (id) => entries.has(id),
    put(id, bytes) {
      if (entries.has(id)) return;
      try {
        append(id, bytes);
      } catch {
        // The disk or the site's share of it is full: what is here stays, and the file is cut back to it.
        attempt(() => current.file.truncate(current.end));
      }
    },
    remove(prefix) {
      for (const [id, { segment, at, checksum }] of entries) {
        if (!id.startsWith(prefix)) continue;
        entries.delete(id);
        // Those behind it are found by its length, so that only its checksum is made wrong.
        const wrong = new Uint8Array(4);
        writeWords(wrong, [~checksum >>> 0]);
        attempt(() => segment.file.write(wrong, { at: at + RECORD_HEAD - wrong.byteLength }));
      }
    },
    writeOut() {
      for (const { file } of segments) attempt(() => file.writeOut?.());
    },
    clear() {
      entries.clear();
      for (const segment of segments) {
        segment.file.truncate(0);
        segment.file.flush();
        segment.sequence = 0;
        segment.end = SEGMENT_HEAD;
      }
      current = latest(segments);
    },
  };
}

function latest(segments: readonly Segment[]): Segment {
  const [first] = segments;
  if (!first) throw new RangeError('a pack without files');
  return segments.reduce((last, segment) => (segment.sequence > last.sequence ? segment : last), first);
}

/** Makes a file an empty segment. */
function begin(segment: Segment, sequence: number): void {
  segment.file.truncate(0);
  const head = new Uint8Array(SEGMENT_HEAD);
  writeWords(head, [MAGIC, VERSION, sequence]);
  writeAll(segment.file, head, 0);
  segment.sequence = sequence;
  segment.end = SEGMENT_HEAD;
}

/** Reads the heads of a file's records; those before one that is not whole. */
function openSegment(file: PackFile, entries: Map<string, Entry>): Segment {
  const size = file.getSize();
  const [magic, version, sequence = 0] = readWords(file, 0);
  const segment: Segment = { file, sequence: 0, end: SEGMENT_HEAD };
  if (magic !== MAGIC || version !== VERSION) return segment;
  segment.sequence = sequence;
  while (segment.end + RECORD_HEAD <= size) {
    const at = segment.end;
    const [head, idLength = 0, length = 0, checksum = 0] = readWords(file, at);
    const end = at + RECORD_HEAD + idLength + length;
    if (head !== MAGIC || end > size) break;
    const name = new Uint8Array(idLength);
    file.read(name, { at: at + RECORD_HEAD });
    entries.set(new TextDecoder().decode(name), { segment, at, idLength, length, checksum });
    segment.end = end;
  }
  if (size > segment.end) attempt(() => file.truncate(segment.end));
  return segment;
}

function readWords(file: PackFile, at: number): number[] {
  const head = new Uint8Array(RECORD_HEAD);
  if (file.read(head, { at }) < RECORD_HEAD) return [];
  const view = new DataView(head.buffer);
  return [0, 4, 8, 12].map((offset) => view.getUint32(offset, true));
}

function writeWords(target: Uint8Array, words: readonly number[]): void {
  const view = new DataView(target.buffer, target.byteOffset);
  words.forEach((word, index) => view.setUint32(index * 4, word, true));
}

function writeAll(file: PackFile, bytes: Uint8Array, at: number): void {
  if (file.write(bytes, { at }) < bytes.byteLength) throw new RangeError('a disk that is full');
}

/** Undefined where the file is closed or the disk gone. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** FNV-1a over words of 32 bits, and over the bytes that are left: enough to notice what a disk or a crash has changed. */
function checksumOf(bytes: Uint8Array, seed = 0x811c9dc5): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.byteLength >> 2;
  let hash = seed;
  for (let index = 0; index < words; index++) hash = mixed(hash, view.getUint32(index * 4, true));
  for (let index = words * 4; index < bytes.byteLength; index++) hash = mixed(hash, view.getUint8(index));
  return hash >>> 0;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193);
  // Otherwise a word's upper bits would never reach the lower ones of the hash.
  return product ^ (product >>> 15);
}
