import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * A connection to a broker that lets nothing out before everything that came in is safe on the disk. The client below it
 * may acknowledge each message at once: acknowledgements leave together, behind one sync.
 */
export class DurableGate extends Duplex {
  readonly #socket: Socket;
  readonly #synced: () => Promise<void>;

  /** @param synced waits until what was received so far is safe */
  constructor(socket: Socket, synced: () => Promise<void>) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#synced = synced;
    socket.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#pass([chunk]).then(() => callback(), callback);
  }

  override _writev(
    chunks: { chunk: Buffer; encoding: BufferEncoding }[],
    callback: (error?: Error | null) => void,
  ): void {
    this.#pass(chunks.map(({ chunk }) => chunk)).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end(() => callback());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#socket.destroy();
    callback(error);
  }

  async #pass(chunks: Buffer[]): Promise<void> {
    await this.#synced();
    if (this.#socket.destroyed) throw new Error('the connection is closed');
    if (!this.#socket.write(Buffer.concat(chunks))) {
      const stop = new AbortController();
      const { signal } = stop;
      await Promise.race([once(this.#socket, 'drain', { signal }), once(this.#socket, 'close', { signal })]).finally(
        () => stop.abort(),
      );
    }
  }
}
