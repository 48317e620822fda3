/** One object of a listing. `key` is relative to the lake's root. */
export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Opaque; changes when the bytes change. Empty where the store gives none. */
  etag: string;
}

/** What to list, in the terms of S3 ListObjectsV2. */
export interface ListRequest {
  /** Relative to the lake's root; '' for the root itself. */
  prefix: string;
  /** Fold everything below the next `/` into `prefixes`. */
  delimiter?: '/';
  /** Only keys after this one, in the order of their UTF-8 bytes. */
  startAfter?: string;
  continuationToken?: string;
}

/** One page of a listing. */
export interface ListPage {
  objects: ListedObject[];
  /** Folders, each ending in `/`, relative to the lake's root. Only with a delimiter. */
  prefixes: string[];
  /** Present where there is more. */
  continuationToken?: string;
}

/** A value and what it cost on the wire; all zero where it was already here or on its way for somebody else. */
export interface Fetched<Value> {
  value: Value;
  /** Requests answered; `retries` are counted apart. */
  requests: number;
  /** Length of the body. */
  bytes: number;
  retries: number;
  /** Of an object: differs where it was replaced between two requests. Absent where the store does not tell. */
  version?: string;
}

/** End-exclusive byte range. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The seam to whatever holds the lake: S3, plain HTTPS, a local folder. Keys are relative to the lake's root.
 * Every failure is a LakeError; an aborted signal stops the network and ends in `cancelled`.
 */
export interface ObjectStore {
  /** Where the lake is, for display: never with credentials or a query string. */
  readonly url: string;
  list(request: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>>;
  /** The object's bytes, or those of a range. Fails as `truncated` where fewer bytes arrive than were announced. */
  get(key: string, signal: AbortSignal, range?: ByteRange): Promise<Fetched<Uint8Array>>;
}
