/** The subscriber has not had the message. */
export const NOT_RECEIVED = -1;

/** Most messages go to a few subscribers, which a list holds in less room than a map. */
const LONGEST_LIST = 32;
const MOST_SUBSCRIBERS = 1 << 16;

/** Which subscribers have had a message, and under which packet identifier. */
export class Receipts {
  /** Pairs of subscriber and packet identifier. */
  #list: number[] = [];
  #map: Map<number, number> | undefined;

  /** The packet identifier under which a subscriber had it, 0 for QoS 0; {@link NOT_RECEIVED} where it had not. */
  packetId(subscriber: number): number {
    if (this.#map !== undefined) return this.#map.get(subscriber) ?? NOT_RECEIVED;
    const list = this.#list;
    for (let index = 0; index < list.length; index += 2) {
      if (list[index] === subscriber) return list[index + 1] ?? NOT_RECEIVED;
    }
    return NOT_RECEIVED;
  }

  /** Notes that a subscriber has had it. */
  add(subscriber: number, packetId: number): void {
    if (this.#map === undefined && this.#list.length < LONGEST_LIST) {
      this.#list.push(subscriber, packetId);
      return;
    }
    this.#map ??= mapOf(this.#list);
    if (this.#map.size < MOST_SUBSCRIBERS) this.#map.set(subscriber, packetId);
  }
}

function mapOf(list: number[]): Map<number, number> {
  const map = new Map<number, number>();
  for (let index = 0; index < list.length; index += 2) map.set(list[index] ?? 0, list[index + 1] ?? 0);
  return map;
}
