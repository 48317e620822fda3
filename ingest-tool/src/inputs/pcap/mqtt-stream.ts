import { BoundarySearch, type StreamPiece } from './boundary-search';
import type { ByteBudget } from './byte-budget';
import type { CaptureReport } from './capture-report';
import { bodyLength, bodyOffset, INCOMPLETE, INVALID, isPublishSound, PUBLISH, readFixedHeader } from './mqtt-packet';
import { judgeBoundary } from './mqtt-plausibility';
import type { StreamSink } from './stream-sink';

const EMPTY = new Uint8Array(0);
const FIXED_HEADER_MOST = 5;
/** Unfinished packets inside one another that are looked through at a stream's end. */
const MOST_SALVAGE_ROUNDS = 64;

/** Takes the MQTT packets of one direction of a connection. */
export interface MqttPacketSink {
  /** A whole packet; its body is `bytes[body, end)`. Good only during the call. */
  mqttPacket(first: number, bytes: Uint8Array, body: number, end: number, offset: number, timeUs: number): void;
  /** A packet that is not whole, of which `bytes[start, end)` is there; `what` says why. */
  brokenPacket(what: BrokenPacket, bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void;
  /** Bytes were lost, so that what was agreed before may have changed. */
  lostTrack(): void;
  /** Whether the connection is known to carry MQTT. */
  readonly trusted: boolean;
  /** The first packet was found. */
  foundMqtt(): void;
}

export type BrokenPacket = 'truncated' | 'malformed' | 'oversized';

/**
 * Cuts one direction of a connection into MQTT packets. Where the stream begins in the middle, has a hole or breaks the
 * protocol, looks for the next packet; a hole of known length inside a packet costs only that packet.
 */
export class MqttStream implements StreamSink {
  readonly #sink: MqttPacketSink;
  readonly #report: CaptureReport;
  readonly #budget: ByteBudget;
  readonly #longestPacket: number;
  readonly #search: BoundarySearch;
  #searching: boolean;
  #passedOver = 0;
  /** The start of a packet whose end has not come yet. */
  #pending: Uint8Array = EMPTY;
  #pendingLength = 0;
  /** Bytes of the whole pending packet; 0 while its length has not been read. */
  #pendingTotal = 0;
  #pendingOffset = 0;
  #pendingTimeUs = 0;
  /** Bytes still to pass over of a packet that is given up. */
  #skip = 0;

  /**
   * @param synchronised whether the first byte is known to start a packet
   * @param longestPacket bytes; a longer packet is passed over
   */
  constructor(
    sink: MqttPacketSink,
    synchronised: boolean,
    longestPacket: number,
    budget: ByteBudget,
    report: CaptureReport,
  ) {
    this.#sink = sink;
    this.#searching = !synchronised;
    this.#longestPacket = longestPacket;
    this.#budget = budget;
    this.#report = report;
    this.#search = new BoundarySearch(budget);
  }

  /** Whether it stands between packets or inside one, rather than looking for one. */
  get synchronised(): boolean {
    return !this.#searching;
  }

  data(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    let at = start;
    while (at < end) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, end - at);
        this.#skip -= passed;
        at += passed;
      } else if (this.#searching) {
        this.#look(bytes, at, end, offset, timeUs, at === start);
        return;
      } else if (this.#pendingLength > 0) {
        at = this.#complete(bytes, at, end, offset, timeUs);
      } else {
        this.#readPackets(bytes, at, end, offset, timeUs);
        return;
      }
    }
  }

  gap(length: number): void {
    this.#sink.lostTrack();
    if (this.#skip >= length) {
      this.#skip -= length;
      return;
    }
    this.#skip = 0;
    if (this.#searching) {
      this.#lookOnceMore();
      if (this.#searching) this.#startSearch();
      else this.gap(length);
      return;
    }
    const rest = this.#pendingTotal - this.#pendingLength;
    if (this.#pendingLength > 0) this.#breakPending('truncated');
    if (rest >= length && this.#pendingTotal > 0) {
      this.#pendingTotal = 0;
      this.#skip = rest - length;
    } else {
      this.#pendingTotal = 0;
      this.#startSearch();
    }
  }

  end(): void {
    if (this.#searching) this.#lookOnceMore();
    // A wrong length makes a packet swallow those behind it, so what an unfinished packet holds is looked through.
    for (let rounds = 0; this.#pendingLength > 0 && rounds < MOST_SALVAGE_ROUNDS; rounds++) {
      const held = this.#pending.subarray(1, this.#pendingLength);
      const [offset, timeUs] = [this.#pendingOffset, this.#pendingTimeUs];
      this.#breakPending('truncated');
      this.#pendingTotal = 0;
      const found = findInside(held, this.#sink.trusted);
      if (found > 0) this.#readPackets(held, found, held.length, offset, timeUs);
      if (this.#searching) this.#lookOnceMore();
    }
    this.#search.clear();
    this.#release();
  }

  #readPackets(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    let at = start;
    let previous = -1;
    while (at < end) {
      const header = readFixedHeader(bytes, at, end);
      if (header === INCOMPLETE) {
        this.#keep(bytes, at, end, 0, offset, timeUs);
        return;
      }
      const first = bytes[at] ?? 0;
      const body = at + bodyOffset(header);
      const length = bodyLength(header);
      if (header === INVALID || (first >> 4 === PUBLISH && !isPublishSound(bytes, body, length, first & 15, end))) {
        this.#sink.brokenPacket('malformed', bytes, at, end, offset, timeUs);
        this.#startSearch();
        // The wrong length may be the previous packet's, which then hides the start of the next.
        this.#look(bytes, previous < 0 ? at + 1 : previous + 1, end, offset, timeUs, false);
        return;
      }
      const next = body + length;
      if (next > end) {
        this.#keep(bytes, at, end, next - at, offset, timeUs);
        return;
      }
      this.#sink.mqttPacket(first, bytes, body, next, offset, timeUs);
      previous = at;
      at = next;
    }
  }

  /** Keeps the start of a packet until the rest comes. */
  #keep(bytes: Uint8Array, start: number, end: number, total: number, offset: number, timeUs: number): void {
    this.#pendingTotal = total;
    this.#append(bytes, start, end, offset, timeUs);
  }

  #append(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    const needed = this.#pendingLength + end - start;
    this.#pendingOffset = offset;
    this.#pendingTimeUs = timeUs;
    const tooLong = this.#pendingTotal > this.#longestPacket;
    if (tooLong || (needed > this.#pending.length && !this.#grow(needed))) {
      const rest = this.#pendingTotal - needed;
      if (this.#pendingLength === 0) this.#sink.brokenPacket('oversized', bytes, start, end, offset, timeUs);
      else this.#breakPending('oversized');
      this.#pendingTotal = 0;
      this.#skip = Math.max(0, rest);
      if (rest < 0) this.#startSearch();
      return;
    }
    this.#pending.set(bytes.subarray(start, end), this.#pendingLength);
    this.#pendingLength = needed;
  }

  #grow(needed: number): boolean {
    const size = Math.max(needed, Math.min(2 * needed, this.#pendingTotal), FIXED_HEADER_MOST);
    if (!this.#budget.take(size - this.#pending.length)) return false;
    const larger = new Uint8Array(size);
    larger.set(this.#pending.subarray(0, this.#pendingLength));
    this.#pending = larger;
    return true;
  }

  #release(): void {
    this.#budget.give(this.#pending.length);
    this.#pending = EMPTY;
    this.#pendingLength = 0;
  }

  /** Adds to the pending packet. @returns where the bytes behind it start */
  #complete(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): number {
    let at = start;
    while (this.#pendingTotal === 0) {
      if (at === end) return end;
      this.#append(bytes, at, at + 1, offset, timeUs);
      at++;
      if (this.#pendingLength === 0) return at;
      const header = readFixedHeader(this.#pending, 0, this.#pendingLength);
      if (header === INVALID) return this.#abandon(bytes, at, end, offset, timeUs);
      if (header !== INCOMPLETE) this.#pendingTotal = bodyOffset(header) + bodyLength(header);
    }
    const take = Math.min(end - at, this.#pendingTotal - this.#pendingLength);
    const before = this.#pendingLength;
    if (take > 0) this.#append(bytes, at, at + take, offset, timeUs);
    if (this.#pendingLength === 0) return at + take;
    const header = readFixedHeader(this.#pending, 0, this.#pendingLength);
    const body = bodyOffset(header);
    const first = this.#pending[0] ?? 0;
    if (before < body + 2 && first >> 4 === PUBLISH) {
      const length = bodyLength(header);
      if (!isPublishSound(this.#pending, body, length, first & 15, this.#pendingLength)) {
        return this.#abandon(bytes, at + take, end, offset, timeUs);
      }
    }
    at += take;
    if (this.#pendingLength < this.#pendingTotal) return at;
    const packet = this.#pending;
    const total = this.#pendingTotal;
    this.#release();
    this.#pendingTotal = 0;
    this.#sink.mqttPacket(first, packet, body, total, offset, timeUs);
    return at;
  }

  /** The pending bytes are no packet: looks for one in them and in what follows. @returns `end` */
  #abandon(bytes: Uint8Array, at: number, end: number, offset: number, timeUs: number): number {
    const held = this.#pending.slice(1, this.#pendingLength);
    const [heldOffset, heldTimeUs] = [this.#pendingOffset, this.#pendingTimeUs];
    this.#breakPending('malformed');
    this.#pendingTotal = 0;
    this.#startSearch();
    if (held.length > 0) this.#look(held, 0, held.length, heldOffset, heldTimeUs, false);
    if (at < end) this.data(bytes, at, end, offset, timeUs);
    return end;
  }

  #breakPending(what: BrokenPacket): void {
    this.#sink.brokenPacket(what, this.#pending, 0, this.#pendingLength, this.#pendingOffset, this.#pendingTimeUs);
    this.#release();
  }

  #startSearch(): void {
    this.#searching = true;
    this.#passedOver = 0;
  }

  /** @param aligned whether the bytes start a segment */
  #look(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number, aligned: boolean): void {
    if (start >= end) return;
    const trusted = this.#sink.trusted;
    if (this.#search.length === 0 && judgeBoundary(bytes, start, end, { aligned, trusted, final: false }) === 'yes') {
      this.#found();
      this.#readPackets(bytes, start, end, offset, timeUs);
      return;
    }
    this.#passedOver += end - start;
    const pieces = this.#search.add({ bytes: bytes.subarray(start, end), offset, timeUs, aligned }, trusted);
    if (pieces === null) this.#search.trim();
    else this.#resume(pieces);
  }

  #lookOnceMore(): void {
    const pieces = this.#search.finish(this.#sink.trusted);
    if (pieces !== null) this.#resume(pieces);
    else if (this.#sink.trusted) this.#report.bytesOutOfSync += this.#passedOver;
    this.#passedOver = 0;
  }

  #resume(pieces: StreamPiece[]): void {
    this.#passedOver -= pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
    this.#search.clear();
    this.#found();
    for (const { bytes, offset, timeUs } of pieces) this.data(bytes, 0, bytes.length, offset, timeUs);
  }

  #found(): void {
    this.#searching = false;
    this.#report.resynchronisations++;
    this.#report.bytesOutOfSync += this.#passedOver;
    this.#passedOver = 0;
    this.#sink.foundMqtt();
  }
}

/** The first position in the bytes from which packets follow up to their end; -1 where there is none. */
function findInside(bytes: Uint8Array, trusted: boolean): number {
  for (let at = 1; at < bytes.length; at++) {
    if (judgeBoundary(bytes, at, bytes.length, { aligned: false, trusted, final: true }) === 'yes') return at;
  }
  return -1;
}
