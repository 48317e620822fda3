import { LakeError } from '../lake/lake-error';
import { decodeKey, withoutQuery } from './key-url';
import { locateListed, type FilePlace } from './locate';

/** A file of a list: its address, and what the list says of it. */
export interface NamedFile {
  place: FilePlace;
  /** Bytes. */
  size?: number;
  etag?: string;
}

/** Files with the keys they have below the folder that is common to them. */
export interface KeyedFiles {
  /** The common folder, without secrets; ends in `/`. */
  root: string;
  files: Map<string, NamedFile>;
}

/**
 * Gives files keys relative to the folder that is common to all of them. A folder that is a partition (`station=a`) is
 * never taken for common: it belongs to the key even where the list holds that partition alone.
 */
export function keyFiles(named: readonly NamedFile[]): KeyedFiles {
  const paths = named.map(({ place }) => {
    const { origin, pathname } = new URL(place.url);
    return [origin, ...pathname.slice(1).split('/')];
  });
  const [first = []] = paths;
  let depth = 0;
  while (isCommonFolder(paths, first, depth)) depth++;
  const root = first.slice(0, depth).join('/');
  const files = new Map<string, NamedFile>();
  for (const [index, file] of named.entries()) {
    const key = (paths[index] ?? []).slice(depth).map(keySegment).join('/');
    if (!files.has(key)) files.set(key, file);
  }
  return { root: depth === 0 ? 'list:several-hosts/' : `${root}/`, files };
}

/** A segment that holds a slash of its own stays encoded, a host loses its scheme: either would make folders. */
function keySegment(segment: string): string {
  const decoded = decodeKey(segment).replace(/^https?:\/\//, '');
  return decoded.includes('/') ? segment : decoded;
}

function isCommonFolder(paths: readonly string[][], first: readonly string[], depth: number): boolean {
  const segment = first[depth];
  if (segment === undefined || /%3d|=/i.test(segment)) return false;
  return paths.every((path) => path.length > depth + 1 && path[depth] === segment);
}

/**
 * Reads a list of Parquet files: text with an address a line (`#` begins a comment), or JSON: an array of addresses, or
 * of objects with `url` (or `path`), `size` and `etag`, or an object with such an array as `files` or `urls`.
 * @param listUrl what relative addresses are relative to
 * @throws LakeError `not-a-lake` where it is no such list, `unsupported` where it names something else
 */
export function parseFileList(text: string, listUrl: string): NamedFile[] {
  const shown = withoutQuery(listUrl);
  const files = /^\s*[[{]/.test(text) ? jsonEntries(text, shown) : textEntries(text, shown);
  if (files.length === 0) throw notAList(shown, 'it names no file');
  return files.map(({ url, ...known }) => ({ place: locateListed(url, listUrl), ...known }));
}

interface ListEntry {
  url: string;
  size?: number;
  etag?: string;
}

function textEntries(text: string, shown: string): ListEntry[] {
  if (/^\s*</.test(text)) throw notAList(shown, 'it is a web page');
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((url) => ({ url }));
}

function jsonEntries(text: string, shown: string): ListEntry[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw notAList(shown, 'it is not valid JSON');
  }
  const array = Array.isArray(parsed) ? parsed : isRecord(parsed) ? (parsed['files'] ?? parsed['urls']) : undefined;
  if (!Array.isArray(array)) throw notAList(shown, 'its JSON holds no array of files');
  return array.map((entry: unknown) => {
    if (typeof entry === 'string') return { url: entry };
    const url = isRecord(entry) ? (entry['url'] ?? entry['path'] ?? entry['href']) : undefined;
    if (!isRecord(entry) || typeof url !== 'string') throw notAList(shown, 'an entry of it has no url');
    const { size, etag } = entry;
    return {
      url,
      ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && { size }),
      ...(typeof etag === 'string' && { etag }),
    };
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function notAList(shown: string, reason: string): LakeError {
  return new LakeError({
    code: 'not-a-lake',
    message: `${shown} is no list of Parquet files: ${reason}.`,
    advice: 'Give a text file with one address of a .parquet file a line, or JSON: an array of such addresses.',
    remedy: 'address',
  });
}
