import { compareKeys } from '../../ingest-tool/src/serve/key-order';
import { ContinuationTokenError, type ListingRequest } from '../../ingest-tool/src/serve/object-listing';

/** Keys in the order of their UTF-8 bytes, each computed from its place; nothing is stored. */
export interface KeySequence {
  length: number;
  /** The key at a place from 0 to `length` − 1. */
  at(place: number): string;
}

/** A page of a listing as places of a sequence. */
export interface PlacePage {
  places: number[];
  commonPrefixes: string[];
  nextToken?: string;
}

/**
 * Answers ListObjectsV2 over a sequence by bisection, so that a page costs the same whether the bucket holds a thousand
 * keys or millions. As in S3, a common prefix counts as a key, and a continuation token wins over `startAfter`.
 * @throws ContinuationTokenError
 */
export function listSequence(keys: KeySequence, request: ListingRequest): PlacePage {
  const { prefix, delimiter, startAfter, maxKeys, continuationToken } = request;
  const end = placeBehindPrefix(keys, prefix);
  const first =
    continuationToken === undefined
      ? firstPlace(keys, (key) => compareKeys(key, startAfter) > 0)
      : parseToken(continuationToken, keys.length);
  let place = Math.max(
    first,
    firstPlace(keys, (key) => compareKeys(key, prefix) >= 0),
  );
  const places: number[] = [];
  const commonPrefixes: string[] = [];
  while (place < end && places.length + commonPrefixes.length < maxKeys) {
    const key = keys.at(place);
    const fold = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (fold === -1) {
      places.push(place++);
    } else {
      const commonPrefix = key.slice(0, fold + delimiter.length);
      commonPrefixes.push(commonPrefix);
      place = placeBehindPrefix(keys, commonPrefix);
    }
  }
  const more = maxKeys > 0 && place < end;
  return { places, commonPrefixes, ...(more ? { nextToken: formatToken(place) } : {}) };
}

/** The place of a key; undefined where the sequence does not hold it. */
export function placeOfKey(keys: KeySequence, key: string): number | undefined {
  const place = firstPlace(keys, (other) => compareKeys(other, key) >= 0);
  return place < keys.length && keys.at(place) === key ? place : undefined;
}

/** The first place behind all keys that start with a text; keys of one prefix stand together. */
function placeBehindPrefix(keys: KeySequence, prefix: string): number {
  return firstPlace(keys, (key) => !key.startsWith(prefix) && compareKeys(key, prefix) > 0);
}

/** The first place whose key passes a test that, once true, stays true; `length` where none does. */
function firstPlace(keys: KeySequence, passes: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(keys.at(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function formatToken(place: number): string {
  return Buffer.from(`place:${place}`).toString('base64url');
}

function parseToken(token: string, length: number): number {
  const place = Number(/^place:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]);
  if (!Number.isInteger(place) || place >= length || formatToken(place) !== token) {
    throw new ContinuationTokenError('The continuation token provided is incorrect');
  }
  return place;
}
