import type { CaptureReport } from './capture-report';
import { MessageWindow, NO_MESSAGE, NOT_PUBLISHED } from './message-window';
import { PayloadHash } from './payload-hash';
import { NOT_RECEIVED, Receipts } from './receipts';
import type { Topic } from './topic-cache';

/** Topics of which the last message is known, against which retained messages are held. */
const MOST_LAST_TOPICS = 1 << 15;
/** Equal messages inside the window that are looked at for one that a copy may be of. */
const MOST_COMPARED = 256;

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

/** The last message of a topic, told by a 64-bit hash of its payload. */
interface LastMessage {
  low: number;
  high: number;
  length: number;
  published: number;
  received: Receipts | undefined;
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
  readonly #window: MessageWindow;
  readonly #last = new Map<string, LastMessage>();
  readonly #hash = new PayloadHash();
  #nowUs = 0;

  /**
   * @param windowUs microseconds between the sights of one message; 0 hands every PUBLISH on
   * @param messages how many messages of the window are remembered at most
   */
  constructor(windowUs: number, messages: number, report: CaptureReport) {
    this.#window = new MessageWindow(windowUs === 0 ? 0 : messages);
    this.#windowUs = windowUs;
    this.#report = report;
  }

  /** Whether a message is to be handed on, as it has not been yet. */
  admit(publish: WirePublish): boolean {
    if (publish.dup) this.#report.dupRetransmissions++;
    if (this.#windowUs === 0) return true;
    const timeUs = Number.isNaN(publish.timeUs) ? this.#nowUs : publish.timeUs;
    this.#nowUs = timeUs;
    this.#forget(timeUs);
    const { topic, bytes, start, end } = publish;
    this.#hash.update(bytes, start, end, topic.hash);
    const key = this.#hash.low;
    const window = this.#window;
    let compared = 0;
    for (let known = window.newest(key); known !== NO_MESSAGE; known = window.older(known)) {
      if (++compared > MOST_COMPARED) break;
      if (!this.#canBe(known, publish) || !window.equals(known, key, topic.text, bytes, start, end)) continue;
      return this.#leaveOut(known, publish);
    }
    if (this.#repeatsLast(publish)) return false;
    const message = window.add(key, topic.text, bytes, start, end, timeUs);
    this.#note(message, publish);
    this.#rememberLast(publish);
    return true;
  }

  /** Whether a PUBLISH could be another sight of a known message, as far as sender and receiver go. */
  #canBe(known: number, publish: WirePublish): boolean {
    if (this.#isRepeated(known, publish)) return true;
    const published = this.#window.published(known) !== NOT_PUBLISHED;
    if (publish.toBroker) return !published;
    if (this.#window.received(known, publish.subscriber) !== NOT_RECEIVED) return false;
    return published || publish.dup || publish.retain || this.#window.timeUs(known) >= publish.connectedUs;
  }

  #isRepeated(known: number, { dup, toBroker, subscriber, packetId }: WirePublish): boolean {
    if (!dup) return false;
    return packetId === (toBroker ? this.#window.published(known) : this.#window.received(known, subscriber));
  }

  #leaveOut(known: number, publish: WirePublish): false {
    if (this.#isRepeated(known, publish)) {
      this.#report.dupSuppressed++;
    } else {
      this.#note(known, publish);
      this.#report.duplicatesByCopy++;
    }
    return false;
  }

  #note(message: number, { toBroker, subscriber, packetId }: WirePublish): void {
    if (toBroker) this.#window.publish(message, packetId);
    else this.#window.receive(message, subscriber, packetId);
  }

  /** Whether it is the last message of its topic, sent again outside the window. */
  #repeatsLast(publish: WirePublish): boolean {
    const { dup, toBroker, retain, subscriber, packetId, start, end } = publish;
    if (!dup && (toBroker || !retain)) return false;
    const last = this.#last.get(publish.topic.text);
    if (last === undefined || last.length !== end - start) return false;
    if (last.low !== this.#hash.low || last.high !== this.#hash.high) return false;
    const received = last.received?.packetId(subscriber) ?? NOT_RECEIVED;
    if (dup && packetId === (toBroker ? last.published : received)) {
      this.#report.dupSuppressed++;
      return true;
    }
    if (toBroker || !retain || received !== NOT_RECEIVED) return false;
    (last.received ??= new Receipts()).add(subscriber, packetId);
    this.#report.duplicatesByCopy++;
    return true;
  }

  #rememberLast({ topic, start, end, toBroker, subscriber, packetId }: WirePublish): void {
    let last = this.#last.get(topic.text);
    if (last === undefined) {
      if (this.#last.size >= MOST_LAST_TOPICS) this.#last.clear();
      last = { low: 0, high: 0, length: 0, published: NOT_PUBLISHED, received: undefined };
      this.#last.set(topic.text, last);
    }
    last.low = this.#hash.low;
    last.high = this.#hash.high;
    last.length = end - start;
    last.published = toBroker ? packetId : NOT_PUBLISHED;
    last.received = undefined;
    if (!toBroker) (last.received = new Receipts()).add(subscriber, packetId);
  }

  /** Compared by distance, so that one wrong clock reading does not switch the filter off. */
  #forget(timeUs: number): void {
    const window = this.#window;
    while (window.size > 0 && Math.abs(timeUs - window.timeUs(window.first)) > this.#windowUs) window.forgetOldest();
  }
}
