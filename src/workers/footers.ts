import { LakeError } from '../lake/lake-error';
import type { PageIndex } from '../lake/page-index';
import type { ByteCache } from '../sources/byte-cache';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import { fetchTail } from './file-tail';
import { parseFooter, type ParsedFooter } from './parquet-footer';
import { checkEnd, footerLength } from './parquet-magic';
import type { FilePart } from './sparse-blob';

/** A page index that was read, and the bytes of it that a decoder wants to see again. */
export interface ReadPageIndex extends PageIndex {
  /** From the first to the last of the offset indexes. */
  offsetIndexes: FilePart;
}

/** A file's footer, read and raw. */
export interface Footer extends ParsedFooter {
  /** With its length and magic: the last bytes of the file. */
  bytes: Uint8Array;
  /** See {@link ObjectStore.get}. */
  version?: string;
  /** Those that were read by now, by row group. */
  pageIndexes: Map<number, ReadPageIndex>;
}

/** Footers that were read before, so that a file is asked for its footer once. */
export interface FooterCache {
  /**
   * The footer of a file, which is fetched where it is not kept.
   * @throws LakeError `truncated` or `not-parquet` where there is none
   */
  read(store: ObjectStore, file: ListedObject, signal: AbortSignal): Promise<Footer>;
  /** The footer where it is kept, or was offered. */
  known(file: ListedObject): Footer | undefined;
  /**
   * Takes the footer of a file from somebody who knows it without asking for the file. It is read when it is needed;
   * the raw bytes are held until the cache is given up.
   * @param bytes the end of the file, at least its footer with length and magic; they must not be changed
   */
  offer(file: ListedObject, bytes: Uint8Array): void;
  /** Gives up what is kept of a file. */
  remove(key: string): void;
}

/**
 * Keeps footers and gives up those not used for longest.
 * @param budget bytes of raw footers that are kept read; read ones take some ten times as much memory
 */
export function createFooterCache(budget: number): FooterCache {
  const kept = new Map<string, Footer>();
  const offered = new Map<string, Uint8Array>();
  let total = 0;

  function keep(id: string, footer: Footer): void {
    kept.set(id, footer);
    total += footer.bytes.byteLength;
    for (const [oldest, { bytes }] of kept) {
      if (total <= budget) break;
      kept.delete(oldest);
      total -= bytes.byteLength;
    }
  }

  function readAndKeep(file: ListedObject, tail: Uint8Array, version?: string): Footer {
    checkEnd(tail, file.size, file.key);
    const bytes = tail.slice(-footerLength(tail));
    const parsed = parseFooter(bytes, file.key);
    const footer: Footer = { ...parsed, bytes, pageIndexes: new Map(), ...(version !== undefined && { version }) };
    const id = idOf(file);
    if (!kept.has(id)) keep(id, footer);
    return footer;
  }

  function known(file: ListedObject): Footer | undefined {
    const id = idOf(file);
    const footer = kept.get(id);
    if (footer) {
      // A Map keeps the order of insertion, so the entry moves to the end of the line.
      kept.delete(id);
      kept.set(id, footer);
      return footer;
    }
    const tail = offered.get(id);
    return tail && readAndKeep(file, tail, isStrong(file.etag) ? file.etag : undefined);
  }

  return {
    known,
    async read(store, file, signal) {
      const before = known(file);
      if (before) return before;
      const { bytes, version } = await fetchTail(store, file, signal);
      return readAndKeep(file, bytes, version);
    },
    offer(file, bytes) {
      offered.set(idOf(file), bytes);
    },
    remove(key) {
      const start = JSON.stringify([key]).slice(0, -1);
      for (const id of [...offered.keys()]) if (id.startsWith(start)) offered.delete(id);
      for (const [id, { bytes }] of [...kept]) {
        if (!id.startsWith(start)) continue;
        kept.delete(id);
        total -= bytes.byteLength;
      }
    },
  };
}

/**
 * The footer of a file by a store that keeps what it is asked: bytes that are no footer are not kept.
 * @throws LakeError `truncated` or `not-parquet` where there is none
 */
export async function readFooter(
  footers: FooterCache,
  keeping: ObjectStore,
  cache: ByteCache,
  file: ListedObject,
  signal: AbortSignal,
): Promise<Footer> {
  try {
    return await footers.read(keeping, file, signal);
  } catch (error) {
    if (error instanceof LakeError && error.file !== undefined) await cache.remove(file.key);
    throw error;
  }
}

/** Whether a text is an ETag of exactly these bytes (RFC 9110 §8.8.3), and not some other mark of a version. */
function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}

function idOf({ key, etag, size }: ListedObject): string {
  return JSON.stringify([key, etag, size]);
}
