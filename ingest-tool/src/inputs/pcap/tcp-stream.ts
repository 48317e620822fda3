import type { ByteBudget } from './byte-budget';
import type { CaptureReport } from './capture-report';
import type { StreamSink } from './stream-sink';

/** Bytes and segments that wait behind a hole in one direction before the hole is given up. */
const MOST_WAITING_BYTES = 4 << 20;
const MOST_WAITING_SEGMENTS = 4096;
/** A hole the receiver has acknowledged was filled on the wire; this long the capture may have mixed up its packets. */
const ACKNOWLEDGED_HOLE_US = 0.2e6;
/** TCP retransmits within a minute what is really missing. */
const UNACKNOWLEDGED_HOLE_US = 60e6;
/** A jump in sequence numbers this large is another connection between the same ports, not a hole. */
const LARGEST_HOLE = 64 << 20;

interface WaitingSegment {
  sequence: number;
  bytes: Uint8Array;
  missing: number;
  offset: number;
  timeUs: number;
}

/** One direction of a TCP connection: puts its segments in order and hands on each byte once. */
export class TcpStream {
  readonly #sink: StreamSink;
  readonly #early: (bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number) => void;
  readonly #budget: ByteBudget;
  readonly #report: CaptureReport;
  #started = false;
  #sawSyn = false;
  /** Sequence number of the first byte handed on, and of the next. */
  #first = 0;
  #next = 0;
  #waiting: WaitingSegment[] = [];
  #waitingBytes = 0;
  #holeSinceUs = 0;

  /** @param early takes a segment from before the first one seen, where a capture began in the middle */
  constructor(
    sink: StreamSink,
    early: (bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number) => void,
    budget: ByteBudget,
    report: CaptureReport,
  ) {
    this.#sink = sink;
    this.#early = early;
    this.#budget = budget;
    this.#report = report;
  }

  /** Whether anything of it has been seen. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether its first byte has been seen: its SYN was captured. */
  get fromStart(): boolean {
    return this.#sawSyn;
  }

  /** Whether a SYN with this sequence number opened the stream. */
  openedBy(sequence: number): boolean {
    return this.#sawSyn && this.#first === (sequence + 1) >>> 0;
  }

  /** The stream starts behind this sequence number, known from its SYN. */
  open(sequence: number): void {
    this.#started = true;
    this.#sawSyn = true;
    this.#first = (sequence + 1) >>> 0;
    this.#next = this.#first;
  }

  /** Whether data with this sequence number cannot belong to the stream any more. */
  isForeign(sequence: number): boolean {
    return this.#started && Math.abs((sequence - this.#next) | 0) > LARGEST_HOLE;
  }

  /**
   * Takes a segment's payload.
   * @param missing payload bytes behind `end` that the capture cut off
   */
  segment(
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    offset: number,
    timeUs: number,
  ): void {
    if (!this.#started) {
      this.#started = true;
      this.#first = sequence;
      this.#next = sequence;
    }
    const ahead = (sequence - this.#next) | 0;
    if (ahead > 0) {
      this.#hold({ sequence, bytes: bytes.slice(start, end), missing, offset, timeUs });
      return;
    }
    if (ahead < 0 && this.#isEarly(sequence, end - start)) {
      this.#early(bytes, start, end, offset, timeUs);
      return;
    }
    this.#deliver(sequence, bytes, start, end, missing, offset, timeUs);
    if (this.#waiting.length > 0) this.#deliverWaiting();
  }

  /**
   * Gives up a hole that will not be filled any more.
   * @param acknowledged what the other side has acknowledged, or -1 where it has not said
   * @param nowUs capture time, UTC microseconds
   */
  checkHole(acknowledged: number, nowUs: number): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    const age = nowUs - this.#holeSinceUs;
    const received = acknowledged >= 0 && ((acknowledged - first.sequence) | 0) >= 0;
    if (age > (received ? ACKNOWLEDGED_HOLE_US : UNACKNOWLEDGED_HOLE_US)) this.#giveUpHole();
  }

  /** Hands on what waits behind holes; more may still come. */
  flush(): void {
    while (this.#waiting.length > 0) this.#giveUpHole();
  }

  /** The connection is over, or forgotten. */
  end(): void {
    this.flush();
    this.#sink.end();
  }

  /** A whole segment from before the first byte seen, and not the lone byte of a keep-alive probe. */
  #isEarly(sequence: number, length: number): boolean {
    const before = (this.#first - sequence) | 0;
    return !this.#sawSyn && before >= length && before <= LARGEST_HOLE && length > 1;
  }

  #deliver(
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    offset: number,
    timeUs: number,
  ): void {
    const length = end - start;
    const known = (this.#next - sequence) | 0;
    if (known > 0) this.#report.tcpRetransmittedBytes += Math.min(known, length + missing);
    if (known >= length + missing) return;
    if (known < length) this.#sink.data(bytes, start + known, end, offset, timeUs);
    const cut = missing - Math.max(0, known - length);
    if (cut > 0) this.#lose(cut);
    this.#next = (sequence + length + missing) >>> 0;
  }

  #hold(segment: WaitingSegment): void {
    const size = segment.bytes.length;
    if (this.#waiting.length === 0) this.#holeSinceUs = segment.timeUs;
    this.#report.tcpReorderedSegments++;
    let index = this.#waiting.length;
    for (; index > 0; index--) {
      const other = this.#waiting[index - 1];
      if (other === undefined || ((other.sequence - segment.sequence) | 0) <= 0) break;
    }
    const twin = this.#waiting[index - 1];
    if (twin?.sequence === segment.sequence && twin.bytes.length >= size) {
      this.#report.tcpRetransmittedBytes += size;
      return;
    }
    if (!this.#budget.take(size)) {
      // Without room to wait, the segments that wait go first and this one follows them.
      this.flush();
      this.#jumpTo(segment);
      return;
    }
    this.#waiting.splice(index, 0, segment);
    this.#waitingBytes += size;
    if (this.#waitingBytes > MOST_WAITING_BYTES || this.#waiting.length > MOST_WAITING_SEGMENTS) this.#giveUpHole();
  }

  #deliverWaiting(): void {
    let delivered = 0;
    for (const segment of this.#waiting) {
      if (((segment.sequence - this.#next) | 0) > 0) break;
      delivered++;
      this.#deliverHeld(segment);
      this.#waitingBytes -= segment.bytes.length;
      this.#budget.give(segment.bytes.length);
    }
    if (delivered === 0) return;
    this.#waiting.splice(0, delivered);
    const first = this.#waiting[0];
    if (first !== undefined) this.#holeSinceUs = first.timeUs;
  }

  #giveUpHole(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    const hole = (first.sequence - this.#next) | 0;
    if (hole > 0) {
      this.#lose(hole);
      this.#next = first.sequence;
    }
    this.#deliverWaiting();
  }

  #jumpTo(segment: WaitingSegment): void {
    const hole = (segment.sequence - this.#next) | 0;
    if (hole > 0) {
      this.#lose(hole);
      this.#next = segment.sequence;
    }
    this.#deliverHeld(segment);
  }

  #deliverHeld({ sequence, bytes, missing, offset, timeUs }: WaitingSegment): void {
    this.#deliver(sequence, bytes, 0, bytes.length, missing, offset, timeUs);
  }

  #lose(length: number): void {
    this.#report.gaps++;
    this.#report.bytesLost += length;
    this.#sink.gap(length);
  }
}
