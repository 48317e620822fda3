import { BIG_ENDIAN, LITTLE_ENDIAN, uint32, type ByteOrder } from './byte-order';
import type { ByteQueue } from './byte-queue';
import type { PacketSink } from './captured-packet';
import { MAX_PACKET_BYTES, type RecordReader } from './record-reader';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** Record header of the patched libpcap of Red Hat 6.1 and others, with interface, protocol and packet type. */
const LONG_RECORD_HEADER_BYTES = 24;
const MICROSECONDS_MAGIC = 0xa1b2c3d4;
const NANOSECONDS_MAGIC = 0xa1b23c4d;
/** The patched libpcap's own magic number; Red Hat 6.1 wrote its records under the ordinary one. */
const PATCHED_MAGIC = 0xa1b2cd34;
const DAY_SECONDS = 86_400;

/** Whether bytes start a pcap file, in any of its variants. */
export function isPcap(head: Uint8Array): boolean {
  return byteOrderOf(head) !== null;
}

function byteOrderOf(head: Uint8Array): ByteOrder | null {
  if (head.length < 4) return null;
  const magics = [MICROSECONDS_MAGIC, NANOSECONDS_MAGIC, PATCHED_MAGIC];
  if (magics.includes(uint32(head, 0))) return BIG_ENDIAN;
  return magics.includes(LITTLE_ENDIAN.uint32(head, 0)) ? LITTLE_ENDIAN : null;
}

/**
 * Reads pcap: microsecond and nanosecond files of either byte order, and the long records of patched libpcaps. Where a
 * record header cannot be right, looks for the next one that can, so that one damaged record costs no other.
 * Format: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/
 */
export class PcapRecords implements RecordReader {
  readonly format = 'pcap';
  #order: ByteOrder = LITTLE_ENDIAN;
  #nanoseconds = false;
  #linkType = 0;
  #snapLength = 0;
  #headerBytes = 0;
  #lastSeconds = -1;
  /** Offset in the file of the newest record read, or -1. */
  #lastOffset = -1;
  /** Offset where a search for the next record began, or -1 while records follow each other. */
  #searchFrom = -1;

  read(queue: ByteQueue, last: boolean, sink: PacketSink): void {
    if (this.#headerBytes === 0 && !this.#readFileHeader(queue, last)) return;
    while (queue.length > 0) {
      if (this.#searchFrom >= 0 && !this.#search(queue, last, sink)) return;
      if (queue.length < this.#headerBytes) return;
      const verdict = this.#believe(queue, last);
      if (verdict === 'wait') return;
      if (verdict === 'no') {
        this.#startSearch(queue);
        continue;
      }
      if (this.#readRecord(queue, sink)) continue;
      if (!last || !this.#hidesRecord(queue)) return;
      this.#startSearch(queue);
    }
  }

  #readFileHeader(queue: ByteQueue, last: boolean): boolean {
    if (queue.length < FILE_HEADER_BYTES) return false;
    const at = queue.start;
    this.#order = byteOrderOf(queue.bytes.subarray(at, at + 4)) ?? LITTLE_ENDIAN;
    const magic = this.#order.uint32(queue.bytes, at);
    this.#snapLength = this.#order.uint32(queue.bytes, at + 16);
    // The upper half says whether frames end in a checksum, which the length inside the IP header makes moot.
    this.#linkType = this.#order.uint32(queue.bytes, at + 20) & 0xffff;
    let headerBytes = RECORD_HEADER_BYTES;
    if (magic === PATCHED_MAGIC) headerBytes = LONG_RECORD_HEADER_BYTES;
    else if (magic === MICROSECONDS_MAGIC) {
      const found = this.#headerLength(queue, at + FILE_HEADER_BYTES, last);
      if (found === 0) return false;
      headerBytes = found;
    }
    this.#nanoseconds = magic === NANOSECONDS_MAGIC;
    this.#headerBytes = headerBytes;
    queue.start += FILE_HEADER_BYTES;
    return true;
  }

  /** Tells the record header's length from where the second record would then be; 0 where more bytes are needed. */
  #headerLength(queue: ByteQueue, at: number, last: boolean): number {
    if (queue.end - at < RECORD_HEADER_BYTES) return last ? RECORD_HEADER_BYTES : 0;
    const captured = this.#order.uint32(queue.bytes, at + 8);
    if (captured > MAX_PACKET_BYTES) return RECORD_HEADER_BYTES;
    const second = at + LONG_RECORD_HEADER_BYTES + captured;
    if (second + LONG_RECORD_HEADER_BYTES > queue.end && !last) return 0;
    this.#lastSeconds = this.#order.uint32(queue.bytes, at);
    const short = this.#fits(queue, at + RECORD_HEADER_BYTES + captured, last);
    const long = this.#fits(queue, second, last);
    this.#lastSeconds = -1;
    return long && !short ? LONG_RECORD_HEADER_BYTES : RECORD_HEADER_BYTES;
  }

  /** Whether a position is the end of the file, or holds a record header that follows the last one naturally. */
  #fits(queue: ByteQueue, at: number, last: boolean): boolean {
    if (at === queue.end) return last;
    if (at + RECORD_HEADER_BYTES > queue.end) return false;
    return this.#isOrdinary(queue.bytes, at);
  }

  /** Whether a record header has sane lengths and a time near the last one. */
  #isOrdinary(bytes: Uint8Array, at: number): boolean {
    const captured = this.#order.uint32(bytes, at + 8);
    const wire = this.#order.uint32(bytes, at + 12);
    const fraction = this.#order.uint32(bytes, at + 4);
    const longest = this.#snapLength > 0 ? Math.min(this.#snapLength, MAX_PACKET_BYTES) : MAX_PACKET_BYTES;
    if (wire === 0 || captured > longest || captured > wire || wire > 16 * MAX_PACKET_BYTES) return false;
    if (fraction >= (this.#nanoseconds ? 1e9 : 1e6)) return false;
    return this.#lastSeconds < 0 || Math.abs(this.#order.uint32(bytes, at) - this.#lastSeconds) <= DAY_SECONDS;
  }

  /** An odd header (a jump in time, a longer packet than announced) is believed where an ordinary record follows it. */
  #believe(queue: ByteQueue, last: boolean): 'yes' | 'no' | 'wait' {
    const { bytes, start, end } = queue;
    if (this.#isOrdinary(bytes, start)) return 'yes';
    const captured = this.#order.uint32(bytes, start + 8);
    // A crash leaves files whose end is all zeros, which would be empty packets of 1970.
    if (captured > MAX_PACKET_BYTES || this.#order.uint32(bytes, start + 12) === 0) return 'no';
    const next = start + this.#headerBytes + captured;
    if (next + RECORD_HEADER_BYTES > end) {
      if (!last) return 'wait';
      return next === end ? 'yes' : 'no';
    }
    if (this.#isOrdinary(bytes, next)) return 'yes';
    const before = this.#lastSeconds;
    this.#lastSeconds = this.#order.uint32(bytes, start);
    const believed = this.#isOrdinary(bytes, next);
    this.#lastSeconds = before;
    return believed ? 'yes' : 'no';
  }

  #readRecord(queue: ByteQueue, sink: PacketSink): boolean {
    const { bytes, start } = queue;
    const order = this.#order;
    const captured = order.uint32(bytes, start + 8);
    const dataStart = start + this.#headerBytes;
    if (dataStart + captured > queue.end) return false;
    const seconds = order.uint32(bytes, start);
    const fraction = order.uint32(bytes, start + 4);
    const offset = queue.offset;
    this.#lastSeconds = seconds;
    this.#lastOffset = offset;
    queue.start = dataStart + captured;
    sink.packet({
      bytes,
      start: dataStart,
      end: dataStart + captured,
      wireLength: Math.max(captured, order.uint32(bytes, start + 12)),
      linkType: this.#linkType,
      timeUs: seconds * 1e6 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction),
      offset,
    });
    return true;
  }

  /** Whether a whole record lies inside what claims to be one record that the file ends within. */
  #hidesRecord(queue: ByteQueue): boolean {
    for (let at = queue.start + 1; at + RECORD_HEADER_BYTES <= queue.end; at++) {
      if (!this.#isOrdinary(queue.bytes, at)) continue;
      const captured = this.#order.uint32(queue.bytes, at + 8);
      if (captured > 0 && this.#fits(queue, at + this.#headerBytes + captured, true)) return true;
    }
    return false;
  }

  /**
   * Begins to look for the next record. The wrong length may be the last record's, so the search starts inside that
   * one as far as its bytes are still here.
   */
  #startSearch(queue: ByteQueue): void {
    this.#searchFrom = queue.offset;
    const inside = queue.indexOf(this.#lastOffset) + this.#headerBytes;
    queue.start = this.#lastOffset >= 0 && inside > 0 && inside < queue.start ? inside : queue.start + 1;
  }

  /** @returns whether a record was found; the queue then starts with it */
  #search(queue: ByteQueue, last: boolean, sink: PacketSink): boolean {
    const { bytes, end } = queue;
    for (let at = queue.start; at + RECORD_HEADER_BYTES <= end; at++) {
      if (!this.#isOrdinary(bytes, at)) continue;
      const captured = this.#order.uint32(bytes, at + 8);
      if (captured === 0) continue;
      const next = at + this.#headerBytes + captured;
      if (next + RECORD_HEADER_BYTES > end && !last) {
        queue.start = at;
        return false;
      }
      if (!this.#fits(queue, next, last)) continue;
      queue.start = at;
      const found = queue.offset;
      if (found > this.#searchFrom) {
        sink.damage(this.#searchFrom, found - this.#searchFrom, 'not a packet record');
      } else sink.damage(found, 0, 'a packet record with a wrong length');
      this.#searchFrom = -1;
      return true;
    }
    queue.start = last ? end : Math.max(queue.start, end - RECORD_HEADER_BYTES + 1);
    if (last) {
      sink.damage(this.#searchFrom, Math.max(0, queue.offset - this.#searchFrom), 'not a packet record');
      this.#searchFrom = -1;
    }
    return false;
  }
}
