import { createHash } from 'node:crypto';
import { FOOTER_WORTH_KEEPING } from '@tidelake/lake-format';
import type { AsyncBuffer } from 'hyparquet';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { cellsOf, positionColumns } from './file-cells';
import { parseFooter, type FooterFacts } from './footer-facts';
import { columnKey, type ManifestRow } from './manifest-row';
import type { ManifestSchema } from './manifest-schema';

/** Bytes of a file's end that are fetched at first; footers that turn out longer make it grow. */
const FIRST_TAIL = 8 << 10;
const LONGEST_FIRST_TAIL = 1 << 20;

/** Up to here a file is fetched whole where more than its footer is needed, beyond it by spans of this length. */
const WHOLE = 8 << 20;

/** What became of a data file that was looked at. */
export type FileReading =
  | { kind: 'row'; row: ManifestRow; facts: FooterFacts }
  /** Why it cannot be read, as a sentence without its name. */
  | { kind: 'damaged'; path: string; reason: string }
  /** It was removed after it was listed. */
  | { kind: 'gone' };

/** Reads what a manifest says of data files: their footers, and more where that is asked for. */
export class DataFileReader {
  readonly #data: LakeStorage;
  readonly #schema: ManifestSchema;
  readonly #keepsEtags: boolean;
  readonly #signal: AbortSignal;
  #tail = FIRST_TAIL;

  constructor(data: LakeStorage, schema: ManifestSchema, keepsEtags: boolean, signal: AbortSignal) {
    this.#data = data;
    this.#schema = schema;
    this.#keepsEtags = keepsEtags;
    this.#signal = signal;
  }

  /**
   * @param listed as it is in the listing; where the file changed since, it is looked up again
   * @throws what the storage throws where it cannot be reached
   */
  async read(listed: StoredObject): Promise<FileReading> {
    let object: StoredObject | undefined = listed;
    // A file that changes all the time is one that somebody is still writing.
    for (let attempt = 0; attempt < 4 && object !== undefined; attempt++) {
      const reading = await this.#attempt(object);
      if (reading !== 'changed') return reading;
      object = await this.#lookUp(listed.key);
    }
    return object === undefined
      ? { kind: 'gone' }
      : { kind: 'damaged', path: listed.key, reason: 'it keeps changing while it is read' };
  }

  async #attempt(object: StoredObject): Promise<FileReading | 'changed'> {
    const { key, size, etag } = object;
    const source = new PinnedFile(this.#data, object, this.#signal);
    const damaged = (reason: string): FileReading => ({ kind: 'damaged', path: key, reason });
    if (size < 12) return damaged(size === 0 ? 'it is empty' : `it ends after ${size} bytes`);
    try {
      const { settings } = this.#schema;
      const whole = settings.checksums && size <= WHOLE ? await source.bytes(0, size) : undefined;
      const facts = await this.#facts(source, size, whole);
      if (typeof facts === 'string') return damaged(facts);
      const footer = size < FOOTER_WORTH_KEEPING ? null : await source.bytes(size - facts.bytes, size);
      const row: ManifestRow = {
        path: key,
        bytes: size,
        rows: facts.rows,
        etag: this.#keepsEtags ? etag : null,
        sha256: settings.checksums ? await digestOf(source, size, whole) : null,
        cells: await this.#cells(source, size, facts),
        footer,
        statistics: new Map(facts.columns.map(({ name, statistics }) => [columnKey(name), statistics])),
      };
      return { kind: 'row', row, facts };
    } catch (error) {
      if (error instanceof FileChanged) return 'changed';
      throw error;
    }
  }

  /** A text is the reason why there are none. */
  async #facts(source: PinnedFile, size: number, whole: Uint8Array | undefined): Promise<FooterFacts | string> {
    let tail = whole ?? (await source.bytes(Math.max(0, size - this.#tail), size));
    const end = new DataView(tail.buffer, tail.byteOffset + tail.byteLength - 8, 8);
    if (end.getUint32(4, true) !== 0x31524150) return `it does not end in PAR1 at byte ${size}`;
    const needed = end.getUint32(0, true) + 8;
    if (needed + 4 > size) return `its footer would be ${needed} bytes of ${size}`;
    if (needed > tail.byteLength) {
      this.#tail = Math.min(LONGEST_FIRST_TAIL, Math.max(this.#tail, 2 ** Math.ceil(Math.log2(needed))));
      tail = await source.bytes(size - needed, size);
    }
    try {
      return parseFooter(tail);
    } catch (error) {
      return `its footer cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #cells(source: PinnedFile, size: number, facts: FooterFacts): Promise<string[] | null> {
    const { settings, position = positionColumns(facts.columns) } = this.#schema;
    if (settings.h3 === null || position === undefined) return null;
    try {
      return await cellsOf(facts, position, settings.h3, source.asBuffer(size));
    } catch (error) {
      if (error instanceof FileChanged || this.#signal.aborted) throw error;
      // Pages that cannot be read are for `tidelake validate` to report; the footer stays true.
      return null;
    }
  }

  async #lookUp(key: string): Promise<StoredObject | undefined> {
    for await (const page of this.#data.list(key, this.#signal)) return page.find((object) => object.key === key);
    return undefined;
  }
}

/** That a file is not what it was when it was listed. */
class FileChanged extends Error {}

/** A file in the state it was listed in. */
class PinnedFile {
  readonly #data: LakeStorage;
  readonly #object: StoredObject;
  readonly #signal: AbortSignal;

  constructor(data: LakeStorage, object: StoredObject, signal: AbortSignal) {
    this.#data = data;
    this.#object = object;
    this.#signal = signal;
  }

  async bytes(start: number, end: number): Promise<Uint8Array> {
    const read = await this.#data.read(this.#object.key, this.#signal, { start, end });
    if (read === undefined || read.etag !== this.#object.etag || read.bytes.byteLength !== end - start) {
      throw new FileChanged();
    }
    return read.bytes;
  }

  asBuffer(size: number): AsyncBuffer {
    let whole: Promise<Uint8Array> | undefined;
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      if (size > WHOLE) return new Uint8Array(await this.bytes(start, end)).buffer;
      whole ??= this.bytes(0, size);
      return new Uint8Array((await whole).subarray(start, end)).buffer;
    };
    return { byteLength: size, slice };
  }
}

async function digestOf(source: PinnedFile, size: number, whole: Uint8Array | undefined): Promise<string> {
  const hash = createHash('sha256');
  if (whole !== undefined) return hash.update(whole).digest('hex');
  for (let start = 0; start < size; start += WHOLE) {
    hash.update(await source.bytes(start, Math.min(size, start + WHOLE)));
  }
  return hash.digest('hex');
}
