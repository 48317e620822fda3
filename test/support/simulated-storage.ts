import type { ByteSpan, LakeStorage, StoredObject } from '../../ingest-tool/src/storage/lake-storage';
import type { SimulatedLake } from './simulated-lake';

const PAGE = 1000;

/** A simulated lake behind the tool's own seam, without a network between, to see what the tool itself costs. Not written to. */
export class SimulatedStorage implements LakeStorage {
  readonly url = 's3://simulated/';
  /** Bytes of objects that were asked for. */
  bytesRead = 0;
  reads = 0;
  /** Keys whose objects are other ones than before: their tags differ. */
  readonly changed = new Set<string>();
  readonly #lake: SimulatedLake;

  constructor(lake: SimulatedLake) {
    this.#lake = lake;
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject[]> {
    let startAfter = '';
    for (;;) {
      signal.throwIfAborted();
      const { files } = await this.#lake.list({ prefix, delimiter: '', startAfter, maxKeys: PAGE });
      yield files.map(({ key, size, etag }) => ({ key, size, etag: this.#tag(key, etag) }));
      const last = files.at(-1);
      if (last === undefined || files.length < PAGE) return;
      startAfter = last.key;
    }
  }

  async read(
    key: string,
    signal: AbortSignal,
    span?: ByteSpan,
  ): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    signal.throwIfAborted();
    const object = await this.#lake.open(key);
    if (object === undefined) return undefined;
    const bytes = await object.read(span?.start ?? 0, span?.end ?? object.size);
    this.reads++;
    this.bytesRead += bytes.byteLength;
    return { bytes, etag: this.#tag(key, object.etag) };
  }

  write(): Promise<string> {
    return Promise.reject(new Error('a simulated lake is not written to'));
  }

  remove(): Promise<void> {
    return Promise.reject(new Error('a simulated lake is not written to'));
  }

  #tag(key: string, etag: string): string {
    return `${etag.replaceAll('"', '')}${this.changed.has(key) ? '-2' : ''}`;
  }
}
