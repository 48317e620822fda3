import { compileGlob } from '../lake/glob';
import type { Glob } from '../lake/glob';
import { compareUtf8 } from '../lake/literal';
import { runInLanes } from '../sources/fetch-pool';
import type { Fetched, ListPage, ListRequest, ObjectStore } from '../sources/object-store';

/** Listings of several prefixes under way at once. */
const LANES = 16;

/**
 * A store that holds only what patterns match. Prefixes that all patterns agree on are not listed above, and folders in
 * which nothing can match are not shown.
 */
export function createGlobStore(store: ObjectStore, patterns: readonly string[]): ObjectStore {
  const globs = patterns.map(compileGlob);
  const prefixes = prefixesOf(globs);

  async function list(request: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>> {
    const { prefix } = request;
    const wanted = prefixes.flatMap((own) => (own.startsWith(prefix) ? own : prefix.startsWith(own) ? prefix : []));
    const distinct = [...new Set(wanted)];
    if (distinct.length === 0) return sumOf([]);
    if (request.delimiter !== undefined) return listFolders(request, distinct, signal);
    const [only] = distinct;
    // A page of one listing may have another after it; those of several are put together whole.
    if (distinct.length === 1 && only !== undefined) return listMatching({ ...request, prefix: only }, signal);
    const pages = await runInLanes(distinct, LANES, signal, (own, either) =>
      listWhole({ ...request, prefix: own }, either),
    );
    return sumOf(pages);
  }

  /** Folders that lie on the way to where the patterns begin are known without asking. */
  async function listFolders(request: ListRequest, wanted: string[], signal: AbortSignal): Promise<Fetched<ListPage>> {
    const { prefix } = request;
    const ahead = wanted.map((own) => own.slice(prefix.length)).map((rest) => rest.slice(0, rest.indexOf('/') + 1));
    if (!ahead.every((folder) => folder !== '')) {
      const common = wanted.reduce(commonPrefix, wanted[0] ?? prefix);
      const within = common.slice(prefix.length).includes('/') ? prefix : common;
      return listMatching({ ...request, prefix: within }, signal);
    }
    const folders = [...new Set(ahead)].map((folder) => prefix + folder).sort(compareUtf8);
    return { value: { objects: [], prefixes: folders }, requests: 0, bytes: 0, retries: 0 };
  }

  /** Goes on to the next page until something matches, so that a page without matches does not look like an end. */
  async function listMatching(request: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>> {
    const pages: Fetched<ListPage>[] = [];
    let next: ListRequest | undefined = request;
    while (next) {
      const fetched: Fetched<ListPage> = await store.list(next, signal);
      const page = filterPage(fetched.value);
      pages.push({ ...fetched, value: page });
      const token: string | undefined = page.continuationToken;
      const isEmpty = page.objects.length === 0 && page.prefixes.length === 0;
      next = isEmpty && token !== undefined ? { ...request, continuationToken: token } : undefined;
    }
    const last = pages.at(-1)?.value.continuationToken;
    const sum = sumOf(pages);
    return last === undefined ? sum : { ...sum, value: { ...sum.value, continuationToken: last } };
  }

  async function listWhole(request: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>> {
    const pages = [await listMatching(request, signal)];
    for (let token = pages[0]?.value.continuationToken; token !== undefined;) {
      const page: Fetched<ListPage> = await listMatching({ ...request, continuationToken: token }, signal);
      pages.push(page);
      token = page.value.continuationToken;
    }
    return sumOf(pages);
  }

  function filterPage({ objects, prefixes: folders, continuationToken }: ListPage): ListPage {
    return {
      objects: objects.filter(({ key }) => globs.some((glob) => glob.matches(key))),
      prefixes: folders.filter((folder) => globs.some((glob) => glob.mayHold(folder))),
      ...(continuationToken !== undefined && { continuationToken }),
    };
  }

  return { url: store.url, get: (key, signal, range) => store.get(key, signal, range), list };
}

/** What to list for all patterns, in order, none within another; files of one folder are listed together. */
function prefixesOf(globs: Glob[]): string[] {
  const byFolder = new Map<string, string>();
  for (const { prefix, segments } of globs) {
    const isFile = segments.every((segment) => segment !== null);
    const id = isFile ? `folder of ${prefix.slice(0, prefix.lastIndexOf('/') + 1)}` : prefix;
    const before = byFolder.get(id);
    byFolder.set(id, before === undefined ? prefix : commonPrefix(before, prefix));
  }
  const all = [...new Set(byFolder.values())];
  return all.filter((prefix) => !all.some((other) => other !== prefix && prefix.startsWith(other))).sort(compareUtf8);
}

function commonPrefix(first: string, second: string): string {
  let end = 0;
  while (end < first.length && first[end] === second[end]) end++;
  // Half of a character cannot be asked for.
  const isHalf = /[\uD800-\uDBFF]/.test(first[end - 1] ?? '');
  return first.slice(0, isHalf ? end - 1 : end);
}

function sumOf(pages: Fetched<ListPage>[]): Fetched<ListPage> {
  const sum = (count: (page: Fetched<ListPage>) => number) => pages.reduce((total, page) => total + count(page), 0);
  return {
    value: {
      objects: pages.flatMap(({ value }) => value.objects),
      prefixes: pages.flatMap(({ value }) => value.prefixes),
    },
    requests: sum(({ requests }) => requests),
    bytes: sum(({ bytes }) => bytes),
    retries: sum(({ retries }) => retries),
  };
}
