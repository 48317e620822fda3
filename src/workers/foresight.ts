import { needsConsent } from '../lake/consent';
import type { Predicate } from '../lake/predicate';
import type { ByteCache } from '../sources/byte-cache';
import { createReadAhead } from '../sources/read-ahead';
import type { Decoder } from './decoder-protocol';
import type { DescribedLake } from './describe-lake';
import { listFiles } from './file-listing';
import { createFooterCache } from './footers';
import { createManifest } from './manifest';
import { isReadInParts } from './piece-search';

/** A lake of whose files some are on their way before the engine can plan a question. */
export interface Foresight {
  /** As it was described; its files are fetched once, whether they were foreseen or not. */
  lake: DescribedLake;
  /**
   * Lists and fetches what holds the rows of a condition, unless that is so much that somebody is to be asked first, or the lake has
   * rollups.
   */
  begin(where: Predicate, signal: AbortSignal): Promise<void>;
  /** Gives up what was fetched and not asked for. */
  end(): void;
}

/** Bytes of footers that the manifest brings, which only tell here which files are read in parts. */
const FOOTER_BYTES = 1 << 20;

/** @param cache the kept bytes of the lake: what is there is not fetched */
export function createForesight(described: DescribedLake, cache: ByteCache, decoder: Decoder): Foresight {
  const { store, forget, begin } = createReadAhead(described.store);
  const { schema, walk, manifest: index } = described;

  return {
    lake: { ...described, store },
    async begin(where, signal) {
      // What is asked may be answered from these.
      if (index && index.rollups.length > 0) return;
      const footers = createFooterCache(FOOTER_BYTES);
      const manifest = index && { manifest: createManifest(index, { cache, decoder }, schema) };
      const listed = { store, schema, walk, footers, ...manifest };
      const { files } = await listFiles(listed, { where, columns: [] }, { signal, onProgress: () => undefined });
      const here = await Promise.all(files.map(({ key, etag }) => cache.has(key, etag)));
      const missing = files.filter((_, at) => here[at] !== true);
      const bytes = missing.reduce((sum, { size }) => sum + size, 0);
      if (needsConsent({ bytes, requests: missing.length })) return;
      const whole = missing.filter((file) => !isReadInParts(file, footers));
      await begin(
        whole.map(({ key }) => key),
        signal,
      );
    },
    end: forget,
  };
}
