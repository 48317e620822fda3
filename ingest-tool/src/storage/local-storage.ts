import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { ABOUT_FOLDER } from '@tidelake/lake-format';
import { KeyCursor } from '../serve/key-cursor';
import { EXIT, explainSystemError, systemErrorCode } from '../tool-error';
import { moveDurably, putDurably } from '../write/durable-file';
import {
  StorageConflict,
  type ByteSpan,
  type LakeStorage,
  type StoredObject,
  type WriteCondition,
} from './lake-storage';
import { checkKey } from './object-key';

/** What is being written lies here until it is whole: hidden, and so neither listed nor served. */
const DRAFTS_FOLDER = `${ABOUT_FOLDER}/.drafts`;

const PAGE_KEYS = 1000;

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/**
 * A lake in a folder of this machine. Hidden files (`.` at the start), symbolic links and what a writer at work keeps
 * are no objects of it. A condition is looked at before the file is put in place, in two steps: between processes the
 * lake's lock must keep writers apart.
 */
export class LocalStorage implements LakeStorage {
  readonly url: string;
  readonly #root: string;
  readonly #drafts: string;
  readonly #draftPrefix = `${hostname()}.${process.pid}.`;
  #ready: Promise<void> | undefined;

  /** @param root the real path of the folder, which may be made by the first write */
  constructor(root: string) {
    this.url = root;
    this.#root = root;
    this.#drafts = path.join(root, DRAFTS_FOLDER);
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject[]> {
    const cursor = new KeyCursor(this.#root, { prefix, after: '' });
    let page: StoredObject[] = [];
    for (let key = await cursor.next(); key !== undefined; key = await cursor.next()) {
      signal.throwIfAborted();
      const object = await this.describe(key);
      if (object !== undefined) page.push(object);
      if (page.length < PAGE_KEYS) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  async read(
    key: string,
    signal: AbortSignal,
    span?: ByteSpan,
  ): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    signal.throwIfAborted();
    return await this.#withFile(key, async (file) => {
      const { size, etag } = await factsOf(file);
      const start = Math.min(span?.start ?? 0, size);
      const bytes = Buffer.allocUnsafe(Math.min(span?.end ?? size, size) - start);
      for (let filled = 0; filled < bytes.byteLength;) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(bytes, filled, bytes.byteLength - filled, start + filled);
        if (bytesRead === 0) throw new Error('it became shorter while it was read');
        filled += bytesRead;
      }
      return { bytes, etag };
    });
  }

  async write(key: string, bytes: Uint8Array, signal: AbortSignal, condition?: WriteCondition): Promise<string> {
    checkKey(key);
    await (this.#ready ??= this.#makeReady());
    if (condition !== undefined) {
      const there = await this.describe(key);
      if (there?.etag !== ('etag' in condition ? condition.etag : undefined)) throw new StorageConflict(key);
    }
    signal.throwIfAborted();
    const draft = path.join(this.#drafts, this.#draftPrefix + randomUUID());
    try {
      await putDurably(this.#pathOf(key), bytes, draft);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    const written = await this.describe(key);
    if (written === undefined) throw new StorageConflict(key);
    return written.etag;
  }

  /**
   * Puts an object in place whose bytes come in pieces, so that it need not be in memory. It is put in place once they have
   * all come: where they end in an error, nothing is.
   */
  async writeInPieces(key: string, pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    checkKey(key);
    await (this.#ready ??= this.#makeReady());
    const draft = path.join(this.#drafts, this.#draftPrefix + randomUUID());
    try {
      const file = await open(draft, 'wx').catch((error: unknown) => {
        throw explainSystemError(error, 'write', this.#pathOf(key), EXIT.unexpected);
      });
      try {
        for await (const piece of pieces) {
          signal.throwIfAborted();
          await appendTo(file, piece, this.#pathOf(key));
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await moveDurably(draft, this.#pathOf(key));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async remove(keys: readonly string[], signal: AbortSignal): Promise<void> {
    for (const key of keys) {
      checkKey(key);
      signal.throwIfAborted();
      try {
        await rm(this.#pathOf(key), { force: true });
      } catch (error) {
        if (!ABSENT.has(systemErrorCode(error) ?? '')) {
          throw explainSystemError(error, 'remove', this.#pathOf(key), EXIT.unexpected);
        }
      }
    }
  }

  #pathOf(key: string): string {
    return path.join(this.#root, ...key.split('/'));
  }

  /** An object as it is listed; undefined where there is none of that key. */
  async describe(key: string): Promise<StoredObject | undefined> {
    const facts = await this.#withFile(key, factsOf);
    return facts === undefined ? undefined : { key, ...facts };
  }

  /** Works with the open file of a key; undefined where there is none. */
  async #withFile<Result>(key: string, work: (file: FileHandle) => Promise<Result>): Promise<Result | undefined> {
    checkKey(key);
    let file: FileHandle | undefined;
    try {
      file = await open(this.#pathOf(key), 'r');
      return (await file.stat()).isFile() ? await work(file) : undefined;
    } catch (error) {
      if (ABSENT.has(systemErrorCode(error) ?? '')) return undefined;
      if (error instanceof Error && error.name === 'AbortError') throw error;
      throw explainSystemError(error, 'read', this.#pathOf(key), EXIT.unexpected);
    } finally {
      await file?.close();
    }
  }

  /** Makes the folder for drafts, and removes those of processes of this machine that are gone. */
  async #makeReady(): Promise<void> {
    try {
      await mkdir(this.#drafts, { recursive: true });
      for (const draft of await readdir(this.#drafts)) {
        if (isAbandoned(draft)) await rm(path.join(this.#drafts, draft), { force: true });
      }
    } catch (error) {
      throw explainSystemError(error, 'write to', this.#root, EXIT.unexpected);
    }
  }
}

async function factsOf(file: FileHandle): Promise<{ size: number; etag: string }> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  return { size: Number(size), etag: `${size}-${mtimeNs}` };
}

async function appendTo(file: FileHandle, bytes: Uint8Array, place: string): Promise<void> {
  try {
    await file.appendFile(bytes);
  } catch (error) {
    throw explainSystemError(error, 'write', place, EXIT.unexpected);
  }
}

function isAbandoned(draft: string): boolean {
  const [, pid = ''] = draft.startsWith(`${hostname()}.`) ? draft.slice(hostname().length).split('.') : [];
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === 'ESRCH';
  }
}
