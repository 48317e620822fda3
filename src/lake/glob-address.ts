import { parsePartition, type PartitionKey } from '@tidelake/lake-format';
import { compileGlob, escapeGlob, expandBraces, isPattern } from './glob';
import { LakeError } from './lake-error';
import { sameName } from './lake-schema';
import { and, ANYTHING, or, type Predicate } from './predicate';

/** Files named by addresses with patterns, as a folder and what to take of it. */
export interface GlobAddress {
  /** The folder below which all of them lie: an address as for opening a lake, percent-encoded. */
  root: string;
  /** Patterns of keys relative to the root, without braces. */
  patterns: string[];
  /** A file's address as DuckDB names it, by its key. */
  addressOf(key: string): string;
}

/** An address taken apart. */
interface Parts {
  /** `s3://bucket` or `https://host`. */
  authority: string;
  /** With its `?`; '' where there is none. */
  query: string;
  /** Patterns, decoded. */
  segments: string[];
}

const SETTINGS = /\?(?:(?:s3_)?(?:region|endpoint|url_style|use_ssl)=[^&?]*&?)+$/i;

/**
 * Reads addresses such as `s3://bucket/lake/year=2025/*.parquet?region=eu-west-1`, `https://host/bucket/*.parquet` or
 * `./lake/*.parquet`. Folders `key=value` are left to the patterns where they are to become columns.
 * @param base the page's address
 * @param hive whether `key=value` folders may become columns
 * @throws LakeError `unsupported` where one cannot be read, or where they are not in one store
 */
export function parseGlobAddresses(addresses: readonly string[], base: string, hive: boolean): GlobAddress {
  const parts = addresses.flatMap(expandBraces).map((address) => partsOf(address, base));
  const [first] = parts;
  if (!first) throw unsupported('The list of addresses is empty.', 'Name one file or pattern at least.');
  const stranger = parts.find(({ authority, query }) => authority !== first.authority || query !== first.query);
  if (stranger) {
    throw unsupported(
      `${first.authority} and ${stranger.authority} are two stores.`,
      'Read them as two tables, and unite those with UNION ALL BY NAME.',
    );
  }
  const depth = Math.min(...parts.map(({ segments }) => rootDepth(segments, hive)), commonDepth(parts));
  const isS3 = first.authority.startsWith('s3:');
  const folders = first.segments.slice(0, depth).map((segment) => segment.replace(/\[(.)\]/gu, '$1'));
  const root = [first.authority, ...folders.map(encodeSegment), ''].join('/');
  return {
    root: root + first.query,
    patterns: [...new Set(parts.map(({ segments }) => segments.slice(depth).join('/')))],
    addressOf: (key) =>
      isS3 ? [first.authority, ...folders, key].join('/') : root + key.split('/').map(encodeSegment).join('/'),
  };
}

/** What patterns say of partition keys, such as `year = 2025` for `year=2025/*.parquet`. */
export function predicateOfPatterns(patterns: readonly string[], keys: readonly PartitionKey[]): Predicate {
  return or(
    ...patterns.map((pattern) =>
      and(
        ...compileGlob(pattern)
          .segments.slice(0, -1)
          .map((folder) => predicateOfFolder(folder, keys)),
      ),
    ),
  );
}

function predicateOfFolder(folder: string | null, keys: readonly PartitionKey[]): Predicate {
  const partition = folder === null ? undefined : parsePartition(folder);
  const key = partition && keys.find(({ name }) => sameName(name, partition.key));
  if (!partition || !key) return ANYTHING;
  const { value } = partition;
  const column = key.name;
  if (value === null) return { kind: 'null', column, isNull: true };
  if (key.type === 'text') return { kind: 'compare', column, comparison: '=', literal: { type: 'text', value } };
  const number = /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
  if (number === undefined) return ANYTHING;
  return { kind: 'compare', column, comparison: '=', literal: { type: 'number', value: number } };
}

function partsOf(address: string, base: string): Parts {
  const text = address.trim();
  const settings = SETTINGS.exec(text)?.[0] ?? '';
  const path = text.slice(0, text.length - settings.length);
  const query = settings.replace(/([?&])s3_/gi, '$1');
  if (/[?&](x-amz-|awsaccesskeyid=|signature=|sig=)/i.test(path)) {
    throw unsupported('The address is a signed one, good for one file only.', 'Give it unsigned.');
  }
  const absolute = /^(s3[an]?|[a-z][a-z0-9+.-]*):\/\/([^/]*)\/?(.*)$/is.exec(path);
  if (!absolute) return relativeParts(path, base);
  const [, scheme = '', host = '', rest = ''] = absolute;
  if (host.includes('@')) throw unsupported('The address holds a user name or password.', 'Remove them.');
  if (host === '' || isPattern(host)) {
    throw unsupported(`“${text.slice(0, 100)}” names no store.`, 'Patterns begin behind the bucket or host.');
  }
  const isS3 = /^s3[an]?$/i.test(scheme);
  const segments = rest.split('/');
  return {
    authority: `${isS3 ? 's3' : scheme.toLowerCase()}://${host}`,
    query,
    segments: isS3 ? segments : segments.map(decodePattern),
  };
}

function relativeParts(path: string, base: string): Parts {
  if (path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path)) {
    throw unsupported(`“${path.slice(0, 100)}” is not an address.`);
  }
  const segments = path.split('/');
  const firstPattern = segments.findIndex(isPattern);
  const plain = firstPattern < 0 ? segments.length - 1 : Math.min(firstPattern, segments.length - 1);
  const folder = segments.slice(0, plain).map((segment) => `${segment}/`);
  const { origin, pathname } = new URL(folder.join('') === '' ? './' : folder.join(''), base);
  return {
    authority: origin,
    query: '',
    segments: [...pathname.split('/').slice(1, -1), ...segments.slice(plain)].map(decodePattern),
  };
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3D', '=');
}

/** Percent-decodes a segment; what was written as `%2A` stays a star and is no pattern. */
function decodePattern(segment: string): string {
  return segment.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return escapeGlob(decodeURIComponent(encoded));
    } catch {
      return encoded;
    }
  });
}

/** How many segments are certainly folders without a value that is to become a column. */
function rootDepth(segments: string[], hive: boolean): number {
  const end = segments.findIndex(
    (segment, index) =>
      index === segments.length - 1 ||
      compileGlob(segment).segments[0] === null ||
      (hive && parsePartition(segment) !== undefined),
  );
  return end < 0 ? 0 : end;
}

function commonDepth(parts: Parts[]): number {
  const [first, ...others] = parts.map(({ segments }) => segments);
  const end = (first ?? []).findIndex((segment, index) => others.some((other) => other[index] !== segment));
  return end < 0 ? Infinity : end;
}

function unsupported(message: string, advice?: string): LakeError {
  return new LakeError({
    code: 'unsupported',
    message,
    advice:
      advice ?? 'Give s3://bucket/folder/*.parquet?region=…, https://host/bucket/*.parquet or ./lake/**/*.parquet.',
  });
}
