import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Thread } from '../threads/thread';

const SCRIPT = new URL('./inputs/digest-worker.js', import.meta.url);

/** Bytes whose digest takes longer than a thread takes to start. */
const WORTH_A_THREAD = 32 << 20;

/** Pieces that may wait for the thread; each is a mebibyte or so. */
const MOST_WAITING = 32;

/** The SHA-256 of what is read, of large captures in a thread: reading them is the work of one core, and a twentieth of it was this. */
export class ContentDigest {
  readonly #hash = createHash('sha256');
  readonly #thread: Thread<Uint8Array | undefined, string> | undefined;
  #last: Promise<string> = Promise.resolve('');

  /** @param size bytes that are expected */
  constructor(size: number) {
    // A tool that runs from its source has no bundle for a thread.
    if (size >= WORTH_A_THREAD && existsSync(fileURLToPath(SCRIPT))) this.#thread = new Thread(SCRIPT, undefined);
  }

  /** Takes the next bytes; resolves when more may come. */
  async update(bytes: Uint8Array): Promise<void> {
    if (this.#thread === undefined) {
      this.#hash.update(bytes);
      return;
    }
    // Of what Node reads, `slice` would be a view of the same memory.
    const copy = new Uint8Array(bytes);
    this.#last = this.#thread.run(copy, [copy.buffer]);
    if (this.#thread.load > MOST_WAITING) await this.#last;
    // Whoever asks for the digest hears of a failure.
    else this.#last.catch(() => undefined);
  }

  /** The digest of all bytes, in hexadecimal digits. */
  async digest(): Promise<string> {
    return this.#thread === undefined ? this.#hash.digest('hex') : this.#thread.run(undefined);
  }

  /** Ends the thread; to be called whether or not the digest was asked for. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
