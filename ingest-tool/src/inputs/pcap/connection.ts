import type { CaptureContext } from './capture-context';
import { Conversation } from './conversation';
import type { Direction } from './direction';
import { endpointOf } from './endpoint';
import { ACK, FIN, RST, SYN, type TcpSegment } from './tcp-segment';
import { TcpStream } from './tcp-stream';

/** One TCP connection: two streams and the conversation they carry. */
export class Connection {
  /** Key in the flow table, and the next connection there with the same key. */
  readonly key: number;
  sameKey: Connection | undefined;
  /** Neighbours in the order of last use. */
  older: Connection | undefined;
  newer: Connection | undefined;
  readonly #addresses: Uint8Array;
  readonly #addressLength: number;
  readonly #ports: [number, number];
  readonly #conversation: Conversation;
  readonly #streams: [TcpStream, TcpStream];
  /** What each side has acknowledged of the other's bytes; -1 before it said. */
  readonly #acknowledged: [number, number] = [-1, -1];
  readonly #finished: [boolean, boolean] = [false, false];

  /** @param segment the first seen; its sender is side 0 */
  constructor(key: number, segment: TcpSegment, context: CaptureContext) {
    const { packet, sourcePort, destinationPort, flags } = segment;
    this.key = key;
    this.#addressLength = packet.addressLength;
    this.#addresses = packet.bytes.slice(packet.source, packet.source + 2 * packet.addressLength);
    this.#ports = [sourcePort, destinationPort];
    const firstEnd = this.#addressLength;
    const conversation = new Conversation(
      [
        endpointOf(this.#addresses.subarray(0, firstEnd), sourcePort),
        endpointOf(this.#addresses.subarray(firstEnd), destinationPort),
      ],
      (flags & SYN) !== 0 ? segment.timeUs : Number.NEGATIVE_INFINITY,
      context,
    );
    this.#conversation = conversation;
    const stream = (side: Direction): TcpStream =>
      new TcpStream(
        conversation.stream(side),
        (bytes, start, end, offset, timeUs) => {
          conversation.early(side, bytes, start, end, offset, timeUs);
        },
        context.budget,
        context.report,
      );
    this.#streams = [stream(0), stream(1)];
  }

  /** Which side sent a segment, or -1 where it is of another connection. */
  sideOf({ packet, sourcePort, destinationPort }: TcpSegment): Direction | -1 {
    if (packet.addressLength !== this.#addressLength) return -1;
    const [first, second] = this.#ports;
    const length = this.#addressLength;
    const { bytes, source } = packet;
    if (first === sourcePort && second === destinationPort && this.#same(0, bytes, source, 2 * length)) return 0;
    if (second !== sourcePort || first !== destinationPort) return -1;
    return this.#same(length, bytes, source, length) && this.#same(0, bytes, source + length, length) ? 1 : -1;
  }

  /** Whether a segment cannot belong to this connection: its ports are in use again. */
  isReusedBy(segment: TcpSegment, side: Direction): boolean {
    const stream = this.#streams[side];
    if ((segment.flags & SYN) !== 0) return stream.started && !stream.openedBy(segment.sequence);
    return segment.end > segment.start && stream.isForeign(segment.sequence);
  }

  /** Takes a segment of this connection. */
  segment(segment: TcpSegment, side: Direction): void {
    const stream = this.#streams[side];
    const other = this.#streams[side === 0 ? 1 : 0];
    const { flags, packet, start, end, missing, offset, timeUs } = segment;
    let { sequence } = segment;
    if ((flags & SYN) !== 0) {
      if (!stream.started) {
        stream.open(sequence);
        this.#conversation.opened(side, (flags & ACK) === 0);
      }
      sequence = (sequence + 1) >>> 0;
    }
    if ((flags & ACK) !== 0) this.#acknowledged[side] = segment.acknowledgement;
    if ((end > start || missing > 0) && (flags & RST) === 0) {
      stream.segment(sequence, packet.bytes, start, end, missing, offset, timeUs);
    }
    stream.checkHole(this.#acknowledged[side === 0 ? 1 : 0], timeUs);
    other.checkHole(this.#acknowledged[side], timeUs);
    if ((flags & FIN) !== 0) this.#finished[side] = true;
    if ((flags & RST) !== 0 || (this.#finished[0] && this.#finished[1])) {
      stream.flush();
      other.flush();
    }
  }

  /** Ends both directions: whatever is still held is handed on or counted. */
  end(): void {
    for (const stream of this.#streams) stream.end();
    this.#conversation.end();
  }

  #same(own: number, bytes: Uint8Array, at: number, length: number): boolean {
    for (let index = 0; index < length; index++) {
      if (this.#addresses[own + index] !== bytes[at + index]) return false;
    }
    return true;
  }
}
