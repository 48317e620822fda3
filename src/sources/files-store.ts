import { LakeError } from '../lake/lake-error';
import { compareUtf8 } from '../lake/literal';
import { runInLanes } from './fetch-pool';
import { createHttpReader, type HttpReader, type RefusedAnswer, type Target } from './http-reader';
import { pageOfKeys } from './key-page';
import { decodeKey, withoutQuery } from './key-url';
import type { S3Keys } from './lake-source';
import type { FilePlace, FilesLocation, ListLocation } from './locate';
import { keyFiles, parseFileList, type KeyedFiles, type NamedFile } from './named-files';
import type { ByteRange, Fetched, ListedObject, ListPage, ListRequest, ObjectStore } from './object-store';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry';
import { responseError, signedAddressError } from './s3-errors';
import { isSameStore } from './s3-location';
import { createS3Reader } from './s3-reader';
import { readRefusal } from './s3-refusal';

export interface FilesStoreOptions {
  keys?: S3Keys | undefined;
  retryPolicy?: RetryPolicy;
}

/** Files on a page of a listing: each may cost a request for its length. */
const PAGE_SIZE = 200;
/** Lengths asked for at once. */
const LANES = 32;

interface Held extends KeyedFiles {
  sorted: string[];
}

/**
 * Holds Parquet files that were named one by one, or in a list, on any web server or store. Their lengths, where the
 * list does not give them, are asked for when the files are listed, once each.
 */
export function createFilesStore(
  location: FilesLocation | ListLocation,
  { keys, retryPolicy = DEFAULT_RETRY_POLICY }: FilesStoreOptions = {},
): ObjectStore {
  const anonymous = createHttpReader({ retryPolicy, signed: false, refuse });
  const buckets = new Map<string, ReturnType<typeof createS3Reader>>();
  const keysAreFor = location.kind === 'list' ? location.list.bucket : location.files[0]?.bucket;
  const measured = new Map<string, { size: number; etag: string }>();
  const signedByAddress = new Set<string>();
  let held: Promise<Held> | undefined;

  function refuse({ purpose, status, headers, text, url }: RefusedAnswer): Error {
    const refusal = readRefusal(text, status, headers);
    if (refusal.code !== undefined && status < 404 && signedByAddress.has(url)) {
      return signedAddressError(url, refusal);
    }
    return responseError({ ...refusal, purpose, status, url, signed: false });
  }

  /** A list may name files anywhere; keys are shown to the store that they were given for and to no other. */
  function readerOf({ url, bucket }: FilePlace): { reader: HttpReader; target: Target } {
    if (!keys || !bucket || !keysAreFor || !isSameStore(bucket, keysAreFor)) {
      if (/[?&](X-Amz-|X-Goog-)?Signature=/i.test(url)) signedByAddress.add(withoutQuery(url));
      return { reader: anonymous, target: () => Promise.resolve(url) };
    }
    const { bucketUrl, prefix } = bucket;
    const known = buckets.get(bucketUrl) ?? createS3Reader({ ...bucket, prefix: '' }, { keys, retryPolicy });
    buckets.set(bucketUrl, known);
    const key = prefix + decodeKey(url.slice(url.lastIndexOf('/') + 1));
    return { reader: known.reader, target: () => known.access.objectUrl(key) };
  }

  /** The list is read once; a failure is not kept. */
  function hold(): Promise<Held> {
    if (held) return held;
    const loading = load();
    loading.catch(() => (held = undefined));
    held = loading;
    return loading;
  }

  async function load(): Promise<Held> {
    const named =
      location.kind === 'files' ? location.files.map((place) => ({ place })) : await readList(location.list);
    const keyed = keyFiles(named);
    return { ...keyed, sorted: [...keyed.files.keys()].sort(compareUtf8) };
  }

  async function readList(list: FilePlace): Promise<NamedFile[]> {
    // Shared by whoever needs it, so it ends with none of them.
    const { reader, target } = readerOf(list);
    const { value } = await reader.listing(target, new AbortController().signal);
    return parseFileList(new TextDecoder().decode(value), list.url);
  }

  async function list(request: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>> {
    const { sorted, files } = await hold();
    const { keys: wanted, ...page } = pageOfKeys(sorted, request, PAGE_SIZE);
    const cost = { requests: 0, bytes: 0, retries: 0 };
    const objects = await runInLanes(wanted, LANES, signal, async (key, either): Promise<ListedObject> => {
      const file = files.get(key);
      const known = measured.get(key);
      if (!file) throw new RangeError(key);
      if (file.size !== undefined) return { key, size: file.size, etag: file.etag ?? '' };
      if (known) return { key, ...known };
      const { reader, target } = readerOf(file.place);
      const { value, ...spent } = await reader.measure(target, either);
      cost.requests += spent.requests;
      cost.bytes += spent.bytes;
      cost.retries += spent.retries;
      const facts = { size: value.size, etag: value.version };
      measured.set(key, facts);
      return { key, ...facts };
    });
    return { value: { objects, ...page }, ...cost };
  }

  async function get(key: string, signal: AbortSignal, range?: ByteRange): Promise<Fetched<Uint8Array>> {
    const { files, root } = await hold();
    const file = files.get(key);
    if (!file) throw notInList(root, key);
    const { reader, target } = readerOf(file.place);
    return range ? reader.range(target, range, signal) : reader.whole(target, signal);
  }

  return { url: shownUrl(location), list, get };
}

function shownUrl(location: FilesLocation | ListLocation): string {
  if (location.kind === 'list') return withoutQuery(location.list.url);
  const [only] = location.files;
  if (only && location.files.length === 1) return withoutQuery(only.url);
  return keyFiles(location.files.map((place) => ({ place }))).root;
}

function notInList(root: string, key: string): LakeError {
  return new LakeError({
    code: 'not-found',
    message: `${key} is not among the files of ${root}.`,
    advice: 'Open the list again in case it has changed.',
  });
}
