import { compareKeys } from '../serve/key-order';
import type { StoredObject } from '../storage/lake-storage';

/** A key with what each of two places has of it; at least one has it. */
export interface MergedObject {
  key: string;
  here?: StoredObject;
  there?: StoredObject;
}

/** That a store does not list its keys in the order of their UTF-8 bytes, as S3 does. */
export class UnorderedListing extends Error {
  override readonly name = 'UnorderedListing';
}

/**
 * Walks two listings side by side, both in the order of their keys, holding a page of each.
 * @throws UnorderedListing where one of them is out of order: what was given so far may then be wrong
 */
export async function* mergeListings(
  here: AsyncIterable<StoredObject[]>,
  there: AsyncIterable<StoredObject[]>,
): AsyncGenerator<MergedObject> {
  const ours = oneByOne(here);
  const theirs = oneByOne(there);
  let own = await ours.next();
  let other = await theirs.next();
  while (own.done !== true || other.done !== true) {
    const order = own.done === true ? 1 : other.done === true ? -1 : compareKeys(own.value.key, other.value.key);
    const pair: Omit<MergedObject, 'key'> = {};
    if (own.done !== true && order <= 0) {
      pair.here = own.value;
      own = await ours.next();
    }
    if (other.done !== true && order >= 0) {
      pair.there = other.value;
      other = await theirs.next();
    }
    const key = (pair.here ?? pair.there)?.key;
    if (key !== undefined) yield { key, ...pair };
  }
}

/** A whole listing in order, for stores that have none. */
export async function* sortedListing(listing: AsyncIterable<StoredObject[]>): AsyncGenerator<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const page of listing) objects.push(...page);
  yield objects.sort((a, b) => compareKeys(a.key, b.key));
}

async function* oneByOne(pages: AsyncIterable<StoredObject[]>): AsyncGenerator<StoredObject> {
  let last = '';
  for await (const page of pages) {
    for (const object of page) {
      if (compareKeys(object.key, last) < 0) throw new UnorderedListing(object.key);
      last = object.key;
      yield object;
    }
  }
}
