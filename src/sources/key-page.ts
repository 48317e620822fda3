import { compareUtf8 } from '../lake/literal';
import type { ListRequest } from './object-store';

/** A page of keys, as S3 would give it. */
export interface KeyPage {
  keys: string[];
  prefixes: string[];
  continuationToken?: string;
}

/**
 * Answers a ListObjectsV2 request from all the keys there are: prefix, delimiter, start-after and paging as S3 has them.
 * @param sorted in the order of their UTF-8 bytes
 * @param pageSize keys and folded prefixes on a page
 */
export function pageOfKeys(sorted: readonly string[], request: ListRequest, pageSize: number): KeyPage {
  const { prefix, delimiter, startAfter = '', continuationToken } = request;
  const page: KeyPage = { keys: [], prefixes: [] };
  const from = continuationToken ?? startAfter;
  let last = '';
  for (let index = firstAt(sorted, compareUtf8(prefix, from) > 0 ? prefix : from); index < sorted.length; index++) {
    const key = sorted[index] ?? '';
    if (!key.startsWith(prefix)) {
      if (compareUtf8(key, prefix) < 0) continue;
      break;
    }
    if (compareUtf8(key, from) <= 0 && from !== '') continue;
    const slash = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const folded = slash < 0 ? undefined : key.slice(0, slash + 1);
    // A token that is a folded prefix stands for everything below it.
    if (folded !== undefined && (folded === page.prefixes.at(-1) || folded === continuationToken)) continue;
    if (page.keys.length + page.prefixes.length === pageSize) return { ...page, continuationToken: last };
    if (folded === undefined) page.keys.push(key);
    else page.prefixes.push(folded);
    last = folded ?? key;
  }
  return page;
}

/** The index of the first key that is not before a text. */
function firstAt(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(sorted[middle] ?? '', text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
