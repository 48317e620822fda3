import { createHash } from 'node:crypto';
import { NOT_RECEIVED, Receipts } from './receipts';

const SMALLEST_STORE = 1 << 16;
const LARGEST_STORE = 1 << 24;
/** Longer payloads are compared by their SHA-256. */
const LONGEST_KEPT_PAYLOAD = 1 << 20;
/** Receivers noted in the slot itself; a message rarely has more. */
const INLINE_RECEIVERS = 4;
/** Payloads up to this length are compared here, longer ones by the runtime. */
const SHORT_BYTES = 256;

/** No message. */
export const NO_MESSAGE = -1;
/** Its publisher has not been seen sending it. */
export const NOT_PUBLISHED = -1;

/**
 * The messages handed on last, in fixed memory and without garbage: a ring of slots and a ring of payload bytes. A
 * message is named by its number, counting from 0; the oldest are forgotten as new ones need their room.
 */
export class MessageWindow {
  /** Number of the oldest message that is known, and of the next. */
  #first = 0;
  #next = 0;
  readonly #slotMask: number;
  readonly #bucketMask: number;
  readonly #timeUs: Float64Array;
  readonly #key: Int32Array;
  readonly #topic: string[];
  readonly #length: Float64Array;
  readonly #published: Int32Array;
  readonly #receivers: Int32Array;
  readonly #packetIds: Int32Array;
  readonly #receiverCount: Uint8Array;
  readonly #moreReceipts = new Map<number, Receipts>();
  /** Number of the newest message of each bucket, and for each message of the next older one. */
  readonly #newest: Float64Array;
  readonly #older: Float64Array;
  /** Payloads, where each starts, and how many bytes of the ring it takes up with what was left unused before it. */
  #store = new Uint8Array(SMALLEST_STORE);
  readonly #start: Uint32Array;
  readonly #taken: Uint32Array;
  #storeHead = 0;
  #storeUsed = 0;

  /** @param messages how many are known at most; rounded up to a power of two */
  constructor(messages: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, messages)));
    this.#slotMask = slots - 1;
    this.#bucketMask = 2 * slots - 1;
    this.#timeUs = new Float64Array(slots);
    this.#key = new Int32Array(slots);
    this.#topic = new Array<string>(slots).fill('');
    this.#length = new Float64Array(slots);
    this.#published = new Int32Array(slots);
    this.#receivers = new Int32Array(slots * INLINE_RECEIVERS);
    this.#packetIds = new Int32Array(slots * INLINE_RECEIVERS);
    this.#receiverCount = new Uint8Array(slots);
    this.#newest = new Float64Array(2 * slots).fill(NO_MESSAGE);
    this.#older = new Float64Array(slots);
    this.#start = new Uint32Array(slots);
    this.#taken = new Uint32Array(slots);
  }

  /** Number of the oldest message that is known. */
  get first(): number {
    return this.#first;
  }

  /** How many messages are known. */
  get size(): number {
    return this.#next - this.#first;
  }

  /** UTC microseconds of a message. */
  timeUs(message: number): number {
    return this.#timeUs[message & this.#slotMask] ?? 0;
  }

  /** The newest message that may have a key, or {@link NO_MESSAGE}. */
  newest(key: number): number {
    return this.#known(this.#newest[key & this.#bucketMask] ?? NO_MESSAGE);
  }

  /** The next older message that may have the same key, or {@link NO_MESSAGE}. */
  older(message: number): number {
    return this.#known(this.#older[message & this.#slotMask] ?? NO_MESSAGE);
  }

  /** Whether a message has this key, topic and payload. */
  equals(message: number, key: number, topic: string, bytes: Uint8Array, start: number, end: number): boolean {
    const slot = message & this.#slotMask;
    const length = end - start;
    if (this.#key[slot] !== key || this.#length[slot] !== length || this.#topic[slot] !== topic) return false;
    if (length > LONGEST_KEPT_PAYLOAD) {
      const digest = sha256(bytes, start, end);
      return this.#sameBytes(slot, digest, 0, digest.length);
    }
    return this.#sameBytes(slot, bytes, start, length);
  }

  /** Packet identifier under which its publisher sent it, or {@link NOT_PUBLISHED}. */
  published(message: number): number {
    return this.#published[message & this.#slotMask] ?? NOT_PUBLISHED;
  }

  /** Notes that its publisher was seen sending it. */
  publish(message: number, packetId: number): void {
    this.#published[message & this.#slotMask] = packetId;
  }

  /** Packet identifier under which a subscriber received it, or {@link NOT_RECEIVED}. */
  received(message: number, subscriber: number): number {
    const slot = message & this.#slotMask;
    const from = slot * INLINE_RECEIVERS;
    const count = this.#receiverCount[slot] ?? 0;
    for (let at = from; at < from + count; at++) {
      if (this.#receivers[at] === subscriber) return this.#packetIds[at] ?? NOT_RECEIVED;
    }
    return count < INLINE_RECEIVERS
      ? NOT_RECEIVED
      : (this.#moreReceipts.get(message)?.packetId(subscriber) ?? NOT_RECEIVED);
  }

  /** Notes that a subscriber received it. */
  receive(message: number, subscriber: number, packetId: number): void {
    const slot = message & this.#slotMask;
    const count = this.#receiverCount[slot] ?? 0;
    if (count < INLINE_RECEIVERS) {
      this.#receivers[slot * INLINE_RECEIVERS + count] = subscriber;
      this.#packetIds[slot * INLINE_RECEIVERS + count] = packetId;
      this.#receiverCount[slot] = count + 1;
      return;
    }
    let more = this.#moreReceipts.get(message);
    if (more === undefined) this.#moreReceipts.set(message, (more = new Receipts()));
    more.add(subscriber, packetId);
  }

  /** Adds a message. @returns its number */
  add(key: number, topic: string, bytes: Uint8Array, start: number, end: number, timeUs: number): number {
    if (this.size > this.#slotMask) this.forgetOldest();
    const length = end - start;
    const kept = length > LONGEST_KEPT_PAYLOAD ? sha256(bytes, start, end) : null;
    const size = kept === null ? length : kept.length;
    const [at, taken] = this.#makeRoom(size);
    if (kept !== null) this.#store.set(kept, at);
    else if (size > SHORT_BYTES) this.#store.set(bytes.subarray(start, end), at);
    else for (let index = 0; index < size; index++) this.#store[at + index] = bytes[start + index] ?? 0;
    const message = this.#next++;
    const slot = message & this.#slotMask;
    this.#start[slot] = at;
    this.#taken[slot] = taken;
    this.#timeUs[slot] = timeUs;
    this.#key[slot] = key;
    this.#topic[slot] = topic;
    this.#length[slot] = length;
    this.#published[slot] = NOT_PUBLISHED;
    this.#receiverCount[slot] = 0;
    this.#older[slot] = this.#newest[key & this.#bucketMask] ?? NO_MESSAGE;
    this.#newest[key & this.#bucketMask] = message;
    return message;
  }

  /** Forgets the oldest message. */
  forgetOldest(): void {
    if (this.size === 0) return;
    this.#storeUsed -= this.#taken[this.#first & this.#slotMask] ?? 0;
    if (this.#moreReceipts.size > 0) this.#moreReceipts.delete(this.#first);
    this.#first++;
  }

  #known(message: number): number {
    return message >= this.#first ? message : NO_MESSAGE;
  }

  #sameBytes(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const own = this.#start[slot] ?? 0;
    const store = this.#store;
    if (length > SHORT_BYTES) {
      return Buffer.compare(store.subarray(own, own + length), bytes.subarray(start, start + length)) === 0;
    }
    for (let index = 0; index < length; index++) if (store[own + index] !== bytes[start + index]) return false;
    return true;
  }

  /** Finds room in the ring of payloads. @returns where it starts, and the bytes taken with what stays unused before */
  #makeRoom(size: number): [at: number, taken: number] {
    for (;;) {
      const capacity = this.#store.length;
      const wraps = this.#storeHead + size > capacity;
      const unused = wraps ? capacity - this.#storeHead : 0;
      if (this.#storeUsed + unused + size <= capacity) {
        const at = wraps ? 0 : this.#storeHead;
        this.#storeHead = at + size;
        this.#storeUsed += unused + size;
        return [at, unused + size];
      }
      if (capacity < LARGEST_STORE) this.#growStore();
      else this.forgetOldest();
    }
  }

  #growStore(): void {
    const larger = new Uint8Array(this.#store.length * 4);
    let at = 0;
    for (let message = this.#first; message < this.#next; message++) {
      const slot = message & this.#slotMask;
      const start = this.#start[slot] ?? 0;
      const length = this.#length[slot] ?? 0;
      const size = length > LONGEST_KEPT_PAYLOAD ? 32 : length;
      larger.set(this.#store.subarray(start, start + size), at);
      this.#start[slot] = at;
      this.#taken[slot] = size;
      at += size;
    }
    this.#store = larger;
    this.#storeHead = at;
    this.#storeUsed = at;
  }
}

function sha256(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return createHash('sha256').update(bytes.subarray(start, end)).digest();
}
