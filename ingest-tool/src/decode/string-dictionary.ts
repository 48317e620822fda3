const INITIAL_SLOTS = 256;

/**
 * Gives equal byte strings equal small numbers, counting from 0, without making a JavaScript string of every
 * occurrence: a capture repeats a few device names millions of times.
 */
export class StringDictionary {
  #slots = new Int32Array(INITIAL_SLOTS).fill(-1);
  #hashes = new Uint32Array(INITIAL_SLOTS);
  #arena = new Uint8Array(4096);
  #arenaLength = 0;
  readonly #ends: number[] = [];
  readonly #texts: (string | undefined)[] = [];

  /** How many distinct strings there are. */
  get size(): number {
    return this.#ends.length;
  }

  /** Bytes held, for the memory budget. */
  get byteLength(): number {
    return this.#arena.byteLength + this.#slots.byteLength * 2 + this.#ends.length * 16;
  }

  /** The number of `bytes[start, end)`, a new one where it has not been seen yet. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
    hash >>>= 0;
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] ?? -1;
      if (id < 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[slot] === hash && this.#equals(id, bytes, start, end)) return id;
    }
  }

  /** The number of a text. */
  internText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.intern(bytes, 0, bytes.length);
  }

  /** The UTF-8 bytes of a number given out before. */
  bytesOf(id: number): Uint8Array {
    return this.#arena.subarray(this.#startOf(id), this.#ends[id] ?? 0);
  }

  /** How many UTF-8 bytes a number given out before stands for. */
  lengthOf(id: number): number {
    return (this.#ends[id] ?? 0) - this.#startOf(id);
  }

  /** The text of a number given out before. Bytes that are not UTF-8 become U+FFFD. */
  textOf(id: number): string {
    return (this.#texts[id] ??= new TextDecoder().decode(this.bytesOf(id)));
  }

  /** For each number, its place in the order of the UTF-8 bytes: comparing ranks compares strings. */
  ranks(): Int32Array {
    const ids = Array.from({ length: this.size }, (_, id) => id);
    ids.sort((left, right) => Buffer.compare(this.bytesOf(left), this.bytesOf(right)));
    const ranks = new Int32Array(this.size);
    ids.forEach((id, rank) => (ranks[id] = rank));
    return ranks;
  }

  #startOf(id: number): number {
    return id === 0 ? 0 : (this.#ends[id - 1] ?? 0);
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(id);
    if ((this.#ends[id] ?? 0) - from !== end - start) return false;
    for (let index = start, own = from; index < end; index++, own++) {
      if (this.#arena[own] !== bytes[index]) return false;
    }
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.size;
    const needed = this.#arenaLength + end - start;
    if (needed > this.#arena.length) {
      const larger = new Uint8Array(Math.max(needed, this.#arena.length * 2));
      larger.set(this.#arena.subarray(0, this.#arenaLength));
      this.#arena = larger;
    }
    this.#arena.set(bytes.subarray(start, end), this.#arenaLength);
    this.#arenaLength = needed;
    this.#ends.push(needed);
    this.#slots[slot] = id;
    this.#hashes[slot] = hash;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = slots.length * 2 - 1;
    this.#slots = new Int32Array(mask + 1).fill(-1);
    this.#hashes = new Uint32Array(mask + 1);
    for (let old = 0; old < slots.length; old++) {
      const id = slots[old] ?? -1;
      if (id < 0) continue;
      const hash = hashes[old] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = id;
      this.#hashes[slot] = hash;
    }
  }
}
