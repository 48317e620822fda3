const MOST_TOPICS = 1 << 16;

/** A topic's text with the number its bytes hash to. */
export interface Topic {
  readonly text: string;
  readonly hash: number;
}

interface CachedTopic extends Topic {
  readonly bytes: Uint8Array;
}

/** Turns the bytes of topics into text once: a capture repeats a few topics millions of times. */
export class TopicCache {
  readonly #decoder = new TextDecoder();
  readonly #topics = new Map<number, CachedTopic>();

  /** The topic in `bytes[start, end)`. Bytes that are not UTF-8 become U+FFFD. */
  topic(bytes: Uint8Array, start: number, end: number): Topic {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const cached = this.#topics.get(hash);
    if (cached !== undefined && same(cached.bytes, bytes, start, end)) return cached;
    const own = bytes.slice(start, end);
    const topic = { text: this.#decoder.decode(own), hash, bytes: own };
    if (this.#topics.size >= MOST_TOPICS) this.#topics.clear();
    this.#topics.set(hash, topic);
    return topic;
  }
}

function same(own: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (own.length !== end - start) return false;
  for (let index = 0; index < own.length; index++) if (own[index] !== bytes[start + index]) return false;
  return true;
}
