import { createHash } from 'node:crypto';
import { MANIFEST_FOLDER, type ManifestPart } from '@tidelake/lake-format';
import { compareKeys } from '../serve/key-order';
import { StorageConflict, type LakeStorage } from '../storage/lake-storage';
import { columnKey, type ManifestRow } from './manifest-row';
import type { ManifestSchema } from './manifest-schema';
import { partBytes } from './part-bytes';
import { partitionValue } from './partition-of';
import { boundAs } from './statistics';

/** Data files of a part at most: a page reads a few hundred kilobytes to learn of them. */
export const FILES_OF_PART = 8192;

/** Bytes of footers that a part may hold, unless it is one file's. */
const FOOTER_BYTES_OF_PART = 8 << 20;

/**
 * Cuts the rows of a month into parts and writes them. The same rows in the same order make the same parts, which are
 * named by their content: one that is there already is not written again.
 */
export class PartWriter {
  readonly #storage: LakeStorage;
  readonly #schemaNow: () => ManifestSchema;
  readonly #month: string;
  readonly #signal: AbortSignal;
  readonly #parts: ManifestPart[] = [];
  #rows: ManifestRow[] = [];
  #footerBytes = 0;

  /** @param schemaNow the schema that fits all rows added so far */
  constructor(storage: LakeStorage, schemaNow: () => ManifestSchema, month: string, signal: AbortSignal) {
    this.#storage = storage;
    this.#schemaNow = schemaNow;
    this.#month = month;
    this.#signal = signal;
  }

  /** @param row its path comes after those before */
  async add(row: ManifestRow): Promise<void> {
    const footer = row.footer?.byteLength ?? 0;
    const isFull = this.#rows.length === FILES_OF_PART || this.#footerBytes + footer > FOOTER_BYTES_OF_PART;
    if (isFull && this.#rows.length > 0) await this.#put();
    this.#rows.push(row);
    this.#footerBytes += footer;
  }

  /** Writes what is left. */
  async end(): Promise<ManifestPart[]> {
    if (this.#rows.length > 0) await this.#put();
    return this.#parts;
  }

  async #put(): Promise<void> {
    this.#signal.throwIfAborted();
    const schema = this.#schemaNow();
    const bytes = partBytes(this.#rows, schema);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    const path = `${MANIFEST_FOLDER}/month=${this.#month}/part-${hash}.parquet`;
    this.#parts.push({
      path,
      bytes: bytes.byteLength,
      month: this.#month,
      files: this.#rows.length,
      rows: sum(this.#rows, ({ rows }) => rows),
      dataBytes: sum(this.#rows, (row) => row.bytes),
      time: this.#timeSpan(schema),
      keys: this.#keyRanges(schema),
    });
    this.#rows = [];
    this.#footerBytes = 0;
    try {
      await this.#storage.write(path, bytes, this.#signal, { absent: true });
    } catch (error) {
      if (!(error instanceof StorageConflict)) throw error;
    }
  }

  #timeSpan({ time }: ManifestSchema): [number, number] | null {
    const key = time === undefined ? undefined : columnKey(time);
    if (key === undefined) return null;
    const span: [number, number] = [Infinity, -Infinity];
    for (const { rows, statistics } of this.#rows) {
      const own = statistics.get(key);
      if (rows === 0 || (own?.nulls ?? -1) === rows || own === undefined) continue;
      const min = boundAs('timestamp', own.kind, own.min, -1);
      const max = boundAs('timestamp', own.kind, own.max, 1);
      if (typeof min !== 'number' || typeof max !== 'number') return null;
      span[0] = Math.min(span[0], min);
      span[1] = Math.max(span[1], max);
    }
    return span[0] <= span[1] ? span : null;
  }

  #keyRanges({ keys }: ManifestSchema): ManifestPart['keys'] {
    const ranges: ManifestPart['keys'] = {};
    for (const key of keys) {
      const values = this.#rows.map(({ path }) => partitionValue(path, key));
      const texts = values.filter((value) => typeof value === 'string').sort(compareKeys);
      const numbers = values.filter((value) => typeof value === 'bigint').map(Number);
      const [first, last] = [texts[0], texts.at(-1)];
      if (numbers.length === values.length && numbers.every(Number.isSafeInteger)) {
        const [least, most] = numbers.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
          Infinity,
          -Infinity,
        ] as [number, number]);
        ranges[key.name] = [least, most];
      } else if (texts.length === values.length && first !== undefined && last !== undefined) {
        ranges[key.name] = [first, last];
      }
    }
    return ranges;
  }
}

function sum(rows: readonly ManifestRow[], of: (row: ManifestRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
