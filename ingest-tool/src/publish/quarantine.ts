import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { QUARANTINE_FOLDER, type ColumnType } from '@tidelake/lake-format';
import { StringDictionary } from '../decode/string-dictionary';
import type { Reject } from '../inputs/message-batch';
import { allocateValues, NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { arrowBinary, arrowColumn } from '../write/arrow-column';
import { putDurably, readIfThere, syncFolder } from '../write/durable-file';
import { checkParquet, parquetBytes } from '../write/parquet-bytes';

/** One file of a quarantine takes so many payload bytes or messages, so that memory stays bounded. */
const PART_BYTES = 32 << 20;
const PART_MESSAGES = 200_000;

const COLUMNS: { name: string; type: ColumnType; of: (reject: Reject, source: string) => string | number | null }[] = [
  { name: 'reason', type: 'text', of: ({ reason }) => reason },
  { name: 'detail', type: 'text', of: ({ detail }) => detail },
  { name: 'source', type: 'text', of: (_reject, source) => source },
  { name: 'offset', type: 'bigint', of: ({ offset }) => offset },
  { name: 'length', type: 'bigint', of: ({ length }) => length },
  { name: 'topic', type: 'text', of: ({ topic }) => topic },
  { name: 'receive_time', type: 'timestamp', of: ({ receiveTime }) => receiveTime },
  { name: 'line', type: 'bigint', of: ({ line }) => line ?? null },
];

/** The name of the file with the beginning of a table. @param digest the first digits of the SHA-256 of the capture */
export function headName(digest: string): string {
  return `${digest}.head`;
}

/**
 * Keeps what one capture had that did not become rows, with the reason and the bytes, so that nothing is lost and it
 * can be tried again. One file a capture, named by its content: reading the capture again replaces the file.
 */
export class Quarantine {
  /** Messages kept so far, by reason. */
  readonly counts: Record<string, number> = {};
  /** The first of them, by reason, in words. */
  readonly examples: Record<string, string> = {};
  readonly #source: string;
  readonly #temporaryFolder: string;
  readonly #name: string;
  /** Parts that are full wait on the disk, until the capture's digest is known. */
  readonly #fullParts: string[] = [];
  #pending: Reject[] = [];
  #batch: Reject[] = [];
  #pendingBytes = 0;

  /**
   * @param path of the capture; only its name is kept
   * @param name of the temporary files, unique among the run's captures
   */
  constructor(path: string, temporaryFolder: string, name: string) {
    this.#source = basename(path);
    this.#temporaryFolder = temporaryFolder;
    this.#name = name;
  }

  add(reject: Reject): void {
    this.#batch.push(reject);
    this.counts[reject.reason] = (this.counts[reject.reason] ?? 0) + 1;
    this.examples[reject.reason] ??= reject.detail;
  }

  /** Messages added since the last batch ended. */
  get batchSize(): number {
    return this.#batch.length;
  }

  /** Ends a batch: what came before stands before it in the capture, too. */
  async endBatch(): Promise<void> {
    if (this.#batch.length === 0) return;
    this.#batch.sort((left, right) => left.offset - right.offset);
    for (const reject of this.#batch) {
      this.#pending.push(reject);
      this.#pendingBytes += reject.payload.length;
      if (this.#pendingBytes >= PART_BYTES || this.#pending.length >= PART_MESSAGES) {
        const path = join(this.#temporaryFolder, `${this.#name}-${this.#fullParts.length}`);
        await writeFile(path, this.#encode());
        this.#fullParts.push(path);
      }
    }
    this.#batch = [];
  }

  /**
   * Puts the files in place and removes those of an earlier reading of the same content that are not needed any more.
   * @param sha256 of the capture's content
   * @param tableHead of a table its beginning, without which its rows say nothing: kept beside them
   * @returns the files of messages, relative to the lake's root
   */
  async publish(root: string, sha256: string, tableHead?: Uint8Array): Promise<string[]> {
    const digest = sha256.slice(0, 16);
    const folder = join(root, QUARANTINE_FOLDER);
    const files: string[] = [];
    const parts = [...this.#fullParts.map((path) => () => readFile(path))];
    const rest = this.#pending.length > 0 ? this.#encode() : undefined;
    if (rest !== undefined) parts.push(() => Promise.resolve(Buffer.from(rest)));
    for (const [index, read] of parts.entries()) {
      const name = index === 0 ? `${digest}.parquet` : `${digest}-${String(index).padStart(4, '0')}.parquet`;
      await this.#put(folder, name, await read(), (written) => checkParquet(written));
      files.push(`${QUARANTINE_FOLDER}/${name}`);
    }
    const head = tableHead === undefined || files.length === 0 ? [] : [headName(digest)];
    for (const name of head) await this.#put(folder, name, tableHead ?? new Uint8Array(0), () => undefined);
    const wanted = new Set([...files.map((file) => basename(file)), ...head]);
    const there = await readdir(folder).catch(() => []);
    const stale = there.filter((name) => name.startsWith(digest) && !wanted.has(name));
    for (const name of stale) await unlink(join(folder, name));
    if (stale.length > 0) await syncFolder(folder);
    return files;
  }

  async #put(folder: string, name: string, bytes: Uint8Array, check: (written: Uint8Array) => void): Promise<void> {
    const path = join(folder, name);
    const before = await readIfThere(path);
    if (before !== undefined && Buffer.from(before).equals(bytes)) return;
    await putDurably(path, bytes, join(this.#temporaryFolder, `${this.#name}-${name}`), check);
  }

  /** The pending messages as a file; they are pending no longer. */
  #encode(): Uint8Array {
    const rejects = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    const order = Uint32Array.from(rejects, (_, index) => index);
    const columns = COLUMNS.map(({ name, type, of }) => {
      const column: RowColumn = {
        name,
        type,
        role: 'about',
        dictionary: type === 'text' ? new StringDictionary() : undefined,
      };
      const values = allocateValues(type, rejects.length);
      rejects.forEach((reject, row) => setValue(values, row, of(reject, this.#source), column.dictionary));
      return {
        name,
        nullable: true,
        layout: type === 'text' ? 'dictionary' : 'delta',
        data: arrowColumn(column, values, order),
      } as const;
    });
    const payload = {
      name: 'payload',
      nullable: true,
      layout: 'plain',
      data: arrowBinary(rejects.map((reject) => reject.payload)),
    } as const;
    return parquetBytes([...columns, payload], JSON.stringify({ tool: 'tidelake', kind: 'quarantine' }));
  }
}

function setValue(
  values: ColumnValues,
  row: number,
  value: string | number | null,
  dictionary: StringDictionary | undefined,
): void {
  if (typeof value === 'string') values[row] = dictionary?.internText(value) ?? -1;
  else if (values instanceof BigInt64Array) values[row] = value === null ? NULL_BIGINT : BigInt(value);
  else values[row] = value ?? (values instanceof Int32Array ? -1 : Number.NaN);
}
