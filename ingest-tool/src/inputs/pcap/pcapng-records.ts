import { BIG_ENDIAN, LITTLE_ENDIAN, uint32, type ByteOrder } from './byte-order';
import type { ByteQueue } from './byte-queue';
import type { PacketSink } from './captured-packet';
import { readClock, timeUsOf, type InterfaceClock } from './interface-clock';
import { MAX_PACKET_BYTES, type RecordReader } from './record-reader';

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
/** Name resolution, interface statistics and the other registered blocks that carry no packet. */
const OTHER_BLOCKS = new Set([4, 5, 7, 8, 9, 10, 0xbad, 0x40000bad]);
const SMALLEST_BLOCK = 12;
/** The longest block that is kept in memory; a packet with its options is far shorter. */
const LONGEST_BLOCK = 2 * MAX_PACKET_BYTES;
const MOST_INTERFACES = 1 << 16;

interface CaptureInterface {
  linkType: number;
  snapLength: number;
  clock: InterfaceClock;
}

/** Whether bytes start a pcapng file. */
export function isPcapng(head: Uint8Array): boolean {
  if (head.length < 4 || uint32(head, 0) !== SECTION_HEADER) return false;
  return head.length < SMALLEST_BLOCK || sectionOrder(head, 0) !== null;
}

/**
 * Reads pcapng: several sections of either byte order, several interfaces with their own link type, clock resolution
 * and clock offset; enhanced, simple and the obsolete packet blocks. Each block states its length at both ends; where
 * the two differ, looks for the next block in which they agree.
 * Format: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/
 */
export class PcapngRecords implements RecordReader {
  readonly format = 'pcapng';
  #order: ByteOrder = LITTLE_ENDIAN;
  #interfaces: CaptureInterface[] = [];
  /** Bytes still to pass over of a long block without packets. */
  #skip = 0;
  #searchFrom = -1;

  read(queue: ByteQueue, last: boolean, sink: PacketSink): void {
    while (queue.length > 0) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, queue.length);
        queue.start += passed;
        this.#skip -= passed;
        continue;
      }
      if (this.#searchFrom >= 0 && !this.#search(queue, last, sink)) return;
      const length = this.#blockLength(queue, queue.start);
      if (length === 0) return;
      if (length > LONGEST_BLOCK) {
        const type = this.#order.uint32(queue.bytes, queue.start);
        if (OTHER_BLOCKS.has(type)) this.#skip = length;
        else this.#startSearch(queue);
        continue;
      }
      if (length > 0 && queue.length < length) {
        if (!last || !this.#hidesBlock(queue)) return;
        this.#startSearch(queue);
        continue;
      }
      if (length < 0 || !this.#endsWell(queue, queue.start, length)) {
        this.#startSearch(queue);
        continue;
      }
      this.#readBlock(queue, length, sink);
      queue.start += length;
    }
  }

  /** Total length of the block at a position; 0 where more bytes are needed, negative where it is no block. */
  #blockLength(queue: ByteQueue, at: number): number {
    const { bytes, end } = queue;
    if (end - at < SMALLEST_BLOCK) return 0;
    const order = uint32(bytes, at) === SECTION_HEADER ? sectionOrder(bytes, at) : this.#order;
    if (order === null) return -1;
    const length = order.uint32(bytes, at + 4);
    return length < SMALLEST_BLOCK || length % 4 !== 0 ? -1 : length;
  }

  #endsWell(queue: ByteQueue, at: number, length: number): boolean {
    const { bytes } = queue;
    const order = uint32(bytes, at) === SECTION_HEADER ? sectionOrder(bytes, at) : this.#order;
    return order !== null && order.uint32(bytes, at + length - 4) === length;
  }

  /** Whether a whole block lies inside what claims to be one block that the file ends within. */
  #hidesBlock(queue: ByteQueue): boolean {
    for (let at = queue.start + 4; at + SMALLEST_BLOCK <= queue.end; at++) {
      if (this.#judge(queue, at) === 'block') return true;
    }
    return false;
  }

  /** Whether a block that is worth reading lies at a position, or might once more bytes are here. */
  #judge(queue: ByteQueue, at: number): 'block' | 'none' | 'cut' {
    const type = this.#order.uint32(queue.bytes, at);
    const packet = type === ENHANCED_PACKET || type === OBSOLETE_PACKET || type === SIMPLE_PACKET;
    if (!packet && type !== SECTION_HEADER && type !== INTERFACE_DESCRIPTION && !OTHER_BLOCKS.has(type)) return 'none';
    const length = this.#blockLength(queue, at);
    if (length <= 0 || length > LONGEST_BLOCK) return 'none';
    if (at + length > queue.end) return 'cut';
    return this.#endsWell(queue, at, length) ? 'block' : 'none';
  }

  #startSearch(queue: ByteQueue): void {
    this.#searchFrom = queue.offset;
    queue.start++;
  }

  /** @returns whether a block was found; the queue then starts with it */
  #search(queue: ByteQueue, last: boolean, sink: PacketSink): boolean {
    let at = queue.start;
    for (; at + SMALLEST_BLOCK <= queue.end; at++) {
      const verdict = this.#judge(queue, at);
      if (verdict === 'none' || (verdict === 'cut' && last)) continue;
      queue.start = at;
      if (verdict === 'block') this.#endSearch(queue, sink);
      return verdict === 'block';
    }
    queue.start = last ? queue.end : at;
    if (last) this.#endSearch(queue, sink);
    return false;
  }

  #endSearch(queue: ByteQueue, sink: PacketSink): void {
    sink.damage(this.#searchFrom, queue.offset - this.#searchFrom, 'not a pcapng block');
    this.#searchFrom = -1;
  }

  #readBlock(queue: ByteQueue, length: number, sink: PacketSink): void {
    const { bytes, start } = queue;
    const type = uint32(bytes, start) === SECTION_HEADER ? SECTION_HEADER : this.#order.uint32(bytes, start);
    const bodyEnd = start + length - 4;
    if (type === SECTION_HEADER) {
      this.#order = sectionOrder(bytes, start) ?? this.#order;
      this.#interfaces = [];
    } else if (type === INTERFACE_DESCRIPTION && length >= 20 && this.#interfaces.length < MOST_INTERFACES) {
      this.#interfaces.push({
        linkType: this.#order.uint16(bytes, start + 8),
        snapLength: this.#order.uint32(bytes, start + 12),
        clock: readClock(bytes, start + 16, bodyEnd, this.#order),
      });
    } else if (type === ENHANCED_PACKET) {
      const id = length >= 32 ? this.#order.uint32(bytes, start + 8) : -1;
      this.#timedPacket(queue, id, start + 28, bodyEnd, sink);
    } else if (type === OBSOLETE_PACKET) {
      const id = length >= 32 ? this.#order.uint16(bytes, start + 8) : -1;
      this.#timedPacket(queue, id, start + 28, bodyEnd, sink);
    } else if (type === SIMPLE_PACKET) {
      this.#simplePacket(queue, bodyEnd, sink);
    }
  }

  /** The enhanced and the obsolete packet block differ only in how the interface is written. */
  #timedPacket(queue: ByteQueue, interfaceId: number, dataStart: number, bodyEnd: number, sink: PacketSink): void {
    const { bytes, start, offset } = queue;
    const order = this.#order;
    const from = this.#interfaces[interfaceId];
    const captured = from === undefined ? 0 : order.uint32(bytes, start + 20);
    if (from === undefined || dataStart + captured > bodyEnd) {
      const what = from === undefined ? 'a packet of an undeclared interface' : 'a packet longer than its block';
      sink.damage(offset, bodyEnd + 4 - start, what);
      return;
    }
    sink.packet({
      bytes,
      start: dataStart,
      end: dataStart + captured,
      wireLength: Math.max(captured, order.uint32(bytes, start + 24)),
      linkType: from.linkType,
      timeUs: timeUsOf(order.uint32(bytes, start + 12), order.uint32(bytes, start + 16), from.clock),
      offset,
    });
  }

  #simplePacket(queue: ByteQueue, bodyEnd: number, sink: PacketSink): void {
    const { bytes, start, offset } = queue;
    const from = this.#interfaces[0];
    if (from === undefined || bodyEnd < start + 12) {
      sink.damage(offset, bodyEnd + 4 - start, 'a packet of an undeclared interface');
      return;
    }
    const wireLength = this.#order.uint32(bytes, start + 8);
    const limit = from.snapLength === 0 ? wireLength : Math.min(wireLength, from.snapLength);
    const dataStart = start + 12;
    const end = Math.min(dataStart + limit, bodyEnd);
    sink.packet({ bytes, start: dataStart, end, wireLength, linkType: from.linkType, timeUs: Number.NaN, offset });
  }
}

/** The byte order a section header declares, or null where it declares none. */
function sectionOrder(bytes: Uint8Array, at: number): ByteOrder | null {
  if (uint32(bytes, at + 8) === BYTE_ORDER_MAGIC) return BIG_ENDIAN;
  return LITTLE_ENDIAN.uint32(bytes, at + 8) === BYTE_ORDER_MAGIC ? LITTLE_ENDIAN : null;
}
