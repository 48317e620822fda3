/** The largest window that is taken on: what `zstd` itself decompresses without `--long=31`, in bytes. */
const MAX_WINDOW_BYTES = 128 << 20;

/** The most a block may become (RFC 8878 §3.1.1.2.4), so that a few damaged bytes do not stand for megabytes. */
const MAX_BLOCK_BYTES = 128 << 10;

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** A zstd stream that is not one, or wants more memory than is given. */
export class ZstdFrameError extends Error {
  override readonly name = 'ZstdFrameError';
}

/** What the next bytes of the stream are, and how many of them are still to come. */
type Part = 'magic' | 'descriptor' | 'header' | 'skippedSize' | 'skipped' | 'block' | 'content' | 'checksum';

/**
 * Follows the frames and blocks of a zstd stream (RFC 8878 §3.1) without decompressing: says where each ends, so that one block is
 * decompressed at a time, and refuses windows that would take too much memory before anything is allocated.
 */
export class ZstdFrames {
  #part: Part = 'magic';
  #need = 4;
  readonly #kept = new Uint8Array(16);
  #have = 0;
  #descriptor = 0;
  #isLast = false;

  /** Whether a stream may end here. */
  get isComplete(): boolean {
    return this.#part === 'magic' && this.#have === 0;
  }

  /**
   * The end of the block or frame that `bytes[from]` is in, at most the end of the bytes.
   * @throws ZstdFrameError where it is none
   */
  next(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const taken = Math.min(this.#need - this.#have, bytes.length - at);
      const isCounted = this.#part === 'content' || this.#part === 'skipped' || this.#part === 'checksum';
      if (!isCounted) this.#kept.set(bytes.subarray(at, at + taken), this.#have);
      at += taken;
      this.#have += taken;
      if (this.#have < this.#need) return at;
      const part = this.#part;
      this.#have = 0;
      this.#finish(part);
      if (part === 'content' || part === 'skipped' || part === 'checksum') return at;
    }
    return at;
  }

  #expect(part: Part, need: number): void {
    this.#part = part;
    this.#need = need;
  }

  #finish(part: Part): void {
    const view = new DataView(this.#kept.buffer);
    switch (part) {
      case 'magic': {
        const magic = view.getUint32(0, true);
        if (magic === MAGIC) this.#expect('descriptor', 1);
        else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) this.#expect('skippedSize', 4);
        else throw new ZstdFrameError('what follows is no zstd frame');
        return;
      }
      case 'descriptor': {
        this.#descriptor = view.getUint8(0);
        const dictionaryBytes = [0, 1, 2, 4][this.#descriptor & 3] ?? 0;
        if (dictionaryBytes > 0) throw new ZstdFrameError('it was compressed with a dictionary, which is not at hand');
        this.#expect('header', (this.#isSingle ? 0 : 1) + this.#sizeBytes);
        if (this.#need === 0) this.#finish('header');
        return;
      }
      case 'header':
        if (this.#window(view) > MAX_WINDOW_BYTES)
          throw new ZstdFrameError(
            `it wants a window of more than ${MAX_WINDOW_BYTES >> 20} MiB; compress it without --long`,
          );
        this.#expect('block', 3);
        return;
      case 'skippedSize':
        this.#expect('skipped', view.getUint32(0, true));
        return;
      case 'block': {
        const header = view.getUint16(0, true) + view.getUint8(2) * 65_536;
        const type = (header >> 1) & 3;
        if (type === 3) throw new ZstdFrameError('a block is of no known type');
        if (header >> 3 > MAX_BLOCK_BYTES) throw new ZstdFrameError('a block is larger than blocks may be');
        this.#isLast = (header & 1) === 1;
        this.#expect('content', type === 1 ? 1 : header >> 3);
        return;
      }
      case 'content':
        if (!this.#isLast) this.#expect('block', 3);
        else if ((this.#descriptor & 4) !== 0) this.#expect('checksum', 4);
        else this.#expect('magic', 4);
        return;
      case 'skipped':
      case 'checksum':
        this.#expect('magic', 4);
    }
  }

  get #isSingle(): boolean {
    return (this.#descriptor & 0x20) !== 0;
  }

  get #sizeBytes(): number {
    return [this.#isSingle ? 1 : 0, 2, 4, 8][this.#descriptor >> 6] ?? 0;
  }

  /** The bytes a decompressor must remember. */
  #window(view: DataView): number {
    if (!this.#isSingle) {
      const exponent = 10 + (view.getUint8(0) >> 3);
      return 2 ** exponent * (1 + (view.getUint8(0) & 7) / 8);
    }
    switch (this.#sizeBytes) {
      case 1:
        return view.getUint8(0);
      case 2:
        return view.getUint16(0, true) + 256;
      case 4:
        return view.getUint32(0, true);
      default:
        return view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
    }
  }
}
