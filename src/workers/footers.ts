import type { ParquetFooter } from '../lake/parquet-footer';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import { fetchTail } from './file-tail';
import { parseFooter } from './parquet-footer';
import { checkEnd, footerLength } from './parquet-magic';

/** A file's footer, read and raw. */
export interface Footer extends ParquetFooter {
  /** With its length and magic: the last bytes of the file. */
  bytes: Uint8Array;
  /** See {@link ObjectStore.get}. */
  version?: string;
}

/** Footers that were read before, so that a file is asked for its footer once. */
export interface FooterCache {
  /**
   * The footer of a file, which is fetched where it is not kept.
   * @throws LakeError `truncated` or `not-parquet` where there is none
   */
  read(store: ObjectStore, file: ListedObject, signal: AbortSignal): Promise<Footer>;
  /** The footer where it is kept. */
  known(file: ListedObject): Footer | undefined;
}

/**
 * Keeps footers and gives up those not used for longest.
 * @param budget bytes of raw footers; read ones take some ten times as much memory
 */
export function createFooterCache(budget: number): FooterCache {
  const kept = new Map<string, Footer>();
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

  function known(file: ListedObject): Footer | undefined {
    const id = idOf(file);
    const footer = kept.get(id);
    if (footer) {
      // A Map keeps the order of insertion, so the entry moves to the end of the line.
      kept.delete(id);
      kept.set(id, footer);
    }
    return footer;
  }

  return {
    known,
    async read(store, file, signal) {
      const before = known(file);
      if (before) return before;
      const { bytes: tail, version } = await fetchTail(store, file, signal);
      checkEnd(tail, file.size, file.key);
      const bytes = tail.slice(-footerLength(tail));
      const footer = { ...parseFooter(bytes, file.key), bytes, ...(version !== undefined && { version }) };
      if (!kept.has(idOf(file))) keep(idOf(file), footer);
      return footer;
    },
  };
}

function idOf({ key, etag, size }: ListedObject): string {
  return JSON.stringify([key, etag, size]);
}
