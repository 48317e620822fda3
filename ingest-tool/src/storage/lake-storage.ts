/** One object below a lake's root. */
export interface StoredObject {
  /** Relative to the lake's root, with `/` between folders. */
  key: string;
  /** Bytes. */
  size: number;
  /** Changes when the bytes change: the store's ETag without quotes, or size and time of a local file. */
  etag: string;
}

/** Bytes of an object, the end excluded. */
export interface ByteSpan {
  start: number;
  end: number;
}

/** What must hold of an object for it to be written; otherwise nothing is and a `StorageConflict` is thrown. */
export type WriteCondition = { absent: true } | { etag: string };

/**
 * The seam to where a lake lies: a folder of this machine or a bucket. Every write puts a whole object in place in one
 * step, so that a reader finds the old bytes or the new ones.
 */
export interface LakeStorage {
  /** For people; without credentials. */
  readonly url: string;
  /** Objects below a prefix in the order of their keys' UTF-8 bytes, page by page, so that any number takes little memory. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject[]>;
  /** An object or a part of it; undefined where there is none of that key. */
  read(key: string, signal: AbortSignal, span?: ByteSpan): Promise<{ bytes: Uint8Array; etag: string } | undefined>;
  /**
   * Puts an object in place, checked by its SHA-256 or MD5 on the way where the store can.
   * @returns its new ETag
   */
  write(key: string, bytes: Uint8Array, signal: AbortSignal, condition?: WriteCondition): Promise<string>;
  /** Removes objects; those that are not there are passed over. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>;
}

/** That an object was not as a {@link WriteCondition} wants it: somebody else wrote it meanwhile. */
export class StorageConflict extends Error {
  constructor(key: string) {
    super(`${key} was written by somebody else meanwhile`);
    this.name = 'StorageConflict';
  }
}
