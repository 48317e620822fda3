import type { CaptureReport } from './capture-report';
import { NOT_RECEIVED, Receipts } from './receipts';
import type { Topic } from './topic-cache';

/** Payload bytes and messages remembered inside the window. */
const LONGEST_MEMORY_BYTES = 32 << 20;
const MOST_REMEMBERED = 1 << 18;
/** The last message of each topic, against which retained messages are held. */
const MOST_LAST_BYTES = 16 << 20;
const MOST_LAST_TOPICS = 1 << 16;
const HASHED_BYTES = 512;
/** Equal messages inside the window that are looked at for one that a copy may be of. */
const MOST_COMPARED = 1024;
const NOT_PUBLISHED = -1;

/** A PUBLISH packet on its way from one end of a connection to the other. */
export interface WirePublish {
  topic: Topic;
  /** The payload is `bytes[start, end)`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Whether a client sent it to its broker; else a broker passed it on. */
  toBroker: boolean;
  /** Who received it: one number a subscriber, or a group of subscribers that share their messages. */
  subscriber: number;
  /** When the connection began, UTC microseconds; -Infinity where that was before the capture. */
  connectedUs: number;
  /** 0 for QoS 0. */
  packetId: number;
  dup: boolean;
  retain: boolean;
  timeUs: number;
}

interface Remembered {
  topic: string;
  payload: Uint8Array;
  key: number;
  timeUs: number;
  /** Packet identifier from the publisher, or {@link NOT_PUBLISHED} where only copies have been seen. */
  published: number;
  /** Packet identifiers by subscriber. */
  received: Receipts;
  olderSame: Remembered | undefined;
  newerSame: Remembered | undefined;
}

/**
 * Counts each message once, though a capture may hold it on its way to the broker and again to every subscriber.
 *
 * The rule: a PUBLISH is another sight of a message already handed on where topic and payload are equal, both were
 * captured within the window, and its receiver has not had that message yet: the broker receives a message once, and so
 * does each subscriber. So n equal messages stay n messages, whichever of them were captured: the result is the larger
 * of what publishers sent and what any one subscriber received. A copy is matched with the newest such message. A
 * subscriber that connected later than the message was seen cannot have had it, unless its publisher was seen too.
 * A packet with the DUP flag is left out where its receiver has had that topic, payload and packet identifier. A
 * retained message, which a broker repeats to each new subscriber, is left out where it is the last known of its topic.
 * Where in doubt, a message is handed on: what is written to a lake is deduplicated again by its event time.
 */
export class CopyFilter {
  readonly #report: CaptureReport;
  readonly #windowUs: number;
  readonly #newest = new Map<number, Remembered>();
  /** In the order in which they came; those before `#head` are forgotten. */
  #order: Remembered[] = [];
  #head = 0;
  #bytes = 0;
  readonly #last = new Map<string, Remembered>();
  #lastBytes = 0;
  #nowUs = 0;

  /** @param windowUs microseconds between the sights of one message; 0 hands every PUBLISH on */
  constructor(windowUs: number, report: CaptureReport) {
    this.#windowUs = windowUs;
    this.#report = report;
  }

  /** @returns a copy of the payload where the message has not been handed on yet, else null */
  admit(publish: WirePublish): Uint8Array | null {
    if (publish.dup) this.#report.dupRetransmissions++;
    if (this.#windowUs === 0) return publish.bytes.slice(publish.start, publish.end);
    const timeUs = Number.isNaN(publish.timeUs) ? this.#nowUs : publish.timeUs;
    this.#nowUs = timeUs;
    this.#forget(timeUs);
    const key = hashOf(publish);
    let payload: Uint8Array | undefined;
    let compared = 0;
    for (let known = this.#newest.get(key); known !== undefined; known = known.olderSame) {
      if (++compared > MOST_COMPARED) break;
      if (known.payload !== payload) {
        if (!isSame(known, publish)) continue;
        payload = known.payload;
      }
      if (this.#isRepeated(known, publish)) {
        this.#report.dupSuppressed++;
        return null;
      }
      if (isCopy(known, publish)) {
        receive(known, publish);
        this.#report.duplicatesByCopy++;
        return null;
      }
    }
    if (this.#repeatsLast(publish)) return null;
    return this.#remember(publish, key, timeUs, payload ?? publish.bytes.slice(publish.start, publish.end));
  }

  #isRepeated(known: Remembered, { dup, toBroker, subscriber, packetId }: WirePublish): boolean {
    if (!dup) return false;
    return toBroker ? known.published === packetId : known.received.packetId(subscriber) === packetId;
  }

  /** Whether it is the last message of its topic, sent again outside the window. */
  #repeatsLast(publish: WirePublish): boolean {
    if (!publish.dup && (publish.toBroker || !publish.retain)) return false;
    const last = this.#last.get(publish.topic.text);
    if (last === undefined || !isSame(last, publish)) return false;
    if (this.#isRepeated(last, publish)) {
      this.#report.dupSuppressed++;
      return true;
    }
    if (publish.toBroker || !publish.retain || last.received.packetId(publish.subscriber) !== NOT_RECEIVED)
      return false;
    receive(last, publish);
    this.#report.duplicatesByCopy++;
    return true;
  }

  #remember(publish: WirePublish, key: number, timeUs: number, payload: Uint8Array): Uint8Array {
    const olderSame = this.#newest.get(key);
    const known: Remembered = {
      topic: publish.topic.text,
      payload,
      key,
      timeUs,
      published: NOT_PUBLISHED,
      received: new Receipts(),
      olderSame,
      newerSame: undefined,
    };
    receive(known, publish);
    if (olderSame !== undefined) olderSame.newerSame = known;
    this.#newest.set(key, known);
    this.#order.push(known);
    this.#bytes += payload.length;
    while (this.#bytes > LONGEST_MEMORY_BYTES || this.#order.length - this.#head > MOST_REMEMBERED)
      this.#forgetOldest();
    this.#rememberLast(known);
    return payload;
  }

  #rememberLast(known: Remembered): void {
    const before = this.#last.get(known.topic);
    if (before !== undefined) this.#lastBytes -= before.payload.length;
    this.#last.set(known.topic, known);
    this.#lastBytes += known.payload.length;
    if (this.#lastBytes <= MOST_LAST_BYTES && this.#last.size <= MOST_LAST_TOPICS) return;
    for (const [topic, { payload }] of this.#last) {
      this.#last.delete(topic);
      this.#lastBytes -= payload.length;
      if (this.#lastBytes <= MOST_LAST_BYTES && this.#last.size <= MOST_LAST_TOPICS) return;
    }
  }

  /** Compared by distance, so that one wrong clock reading does not switch the filter off. */
  #forget(timeUs: number): void {
    for (let oldest = this.#order[this.#head]; oldest !== undefined; oldest = this.#order[this.#head]) {
      if (Math.abs(timeUs - oldest.timeUs) <= this.#windowUs) return;
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    const oldest = this.#order[this.#head];
    if (oldest === undefined) return;
    this.#head++;
    this.#bytes -= oldest.payload.length;
    if (this.#newest.get(oldest.key) === oldest) this.#newest.delete(oldest.key);
    if (oldest.newerSame !== undefined) oldest.newerSame.olderSame = undefined;
    if (this.#head > 4096 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
  }
}

function isSame(known: Remembered, { topic, bytes, start, end }: WirePublish): boolean {
  const { payload } = known;
  if (known.topic !== topic.text || payload.length !== end - start) return false;
  if (payload.length > HASHED_BYTES) return Buffer.compare(payload, bytes.subarray(start, end)) === 0;
  for (let index = 0; index < payload.length; index++) if (payload[index] !== bytes[start + index]) return false;
  return true;
}

function isCopy(known: Remembered, publish: WirePublish): boolean {
  if (publish.toBroker) return known.published === NOT_PUBLISHED;
  if (known.received.packetId(publish.subscriber) !== NOT_RECEIVED) return false;
  return known.published !== NOT_PUBLISHED || publish.dup || publish.retain || known.timeUs >= publish.connectedUs;
}

function receive(known: Remembered, publish: WirePublish): void {
  if (publish.toBroker) known.published = publish.packetId;
  else known.received.add(publish.subscriber, publish.packetId);
}

/** Over the length and at most the first and last bytes; equality is checked over all of them. */
function hashOf({ topic, bytes, start, end }: WirePublish): number {
  let hash = topic.hash ^ (end - start);
  const firstEnd = Math.min(end, start + HASHED_BYTES);
  for (let at = start; at < firstEnd; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  for (let at = Math.max(firstEnd, end - HASHED_BYTES); at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
