import { LakeError } from '../lake/lake-error';
import { storeAddressOf } from './console-address';
import { decodeKey, encodeKey, withoutQuery } from './key-url';
import { localName, splitAddresses } from './lake-source';
import { awsBucketUrl, bucketUrlOn, inRegion, isBucketName, readS3Host, type S3Location } from './s3-location';

/** A folder on a web server that answers GET and nothing else. */
export interface WebLocation {
  kind: 'web';
  /** Ends in `/`. */
  url: string;
}

/** One Parquet file at an address of its own. */
export interface FilePlace {
  /** Percent-encoded; may hold a query that is a secret. */
  url: string;
  /** Where it may be in a bucket, so that keys can sign for it. */
  bucket?: S3Location;
}

/** Parquet files that were named one by one. */
export interface FilesLocation {
  kind: 'files';
  files: FilePlace[];
}

/** A text or JSON file with a list of Parquet files. */
export interface ListLocation {
  kind: 'list';
  list: FilePlace;
}

/** Where a lake is, by the kind of store that holds it. */
export type SourceLocation = S3Location | WebLocation | FilesLocation | ListLocation;

/** Parameters of signed and of key-carrying URLs; the last ones are those of DuckDB's `s3://` addresses. */
const SIGNED = /^(x-amz-|x-goog-|awsaccesskeyid$|signature$|sig$|s3_(access_key_id|secret_access_key|session_token)$)/i;

/** Hosts of files that no listing can be asked of, although their first folder could be a bucket. */
const WEB_HOST = /\.(r2\.dev|github\.io|githubusercontent\.com|gitlab\.io|netlify\.app|pages\.dev|huggingface\.co)$/;

/**
 * Reads what a user types as the place of a lake:
 * - a bucket: `s3://bucket/prefix?region=eu-west-1`, `s3://bucket/prefix?endpoint=https://host:9000&style=virtual`,
 *   `gs://bucket/prefix`, `https://bucket.s3.region.amazonaws.com/prefix`, `https://s3.region.amazonaws.com/bucket/prefix`
 *   and the like on other stores, path style on any other host (`http://host:9000/bucket/prefix`), the page of a bucket
 *   in the consoles of Amazon, Cloudflare and Google, and product pages of Source Cooperative
 * - a folder on a web server: `https://host/`
 * - one Parquet file, or several separated by blanks or line breaks; a `.txt` or `.json` list of them
 * - paths relative to `base`
 *
 * The address of a lake's own `_tidelake/…` stands for the lake.
 * @param base the page's own address
 * @throws LakeError `unsupported` where the text is none of these; it never repeats a secret of the text
 */
export function locateLake(text: string, base: string): SourceLocation {
  const words = splitAddresses(text);
  const [only = ''] = words;
  if (only === '') throw unsupported('No address was given.');
  if (localName(text.trim()) !== undefined) throw notOnThisMachine(text.trim());
  if (words.length > 1) return { kind: 'files', files: words.map((word) => locateFile(readAddress(word, base))) };
  const url = readAddress(only, base);
  if (/\.parquet$/i.test(url.pathname)) return { kind: 'files', files: [locateFile(url)] };
  if (/\/_tidelake\/[^/]*$/.test(url.pathname)) url.pathname = url.pathname.replace(/_tidelake\/[^/]*$/, '');
  else if (/\.(txt|json)$/i.test(url.pathname)) return { kind: 'list', list: locateFile(url) };
  if (isSigned(url)) {
    throw unsupported(
      'The address is a signed one, good for one file only.',
      'Give the address of the folder, unsigned, and the keys of the bucket beside it.',
    );
  }
  return locateFolder(url);
}

/**
 * The place of one file, such as those of a list.
 * @throws LakeError `unsupported` where it is not the http(s) or s3 address of a Parquet file
 */
export function locateListed(text: string, base: string): FilePlace {
  const url = readAddress(text, base, true);
  if (/\.parquet$/i.test(url.pathname)) return locateFile(url);
  throw unsupported(
    `The list names ${withoutQuery(text).slice(0, 200)}, which is no Parquet file.`,
    'Give one address of a .parquet file a line, absolute or relative to the list.',
  );
}

function readAddress(text: string, base: string, relative = false): URL {
  if (!relative && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^\.{0,2}\//.test(text)) {
    throw unsupported(`“${withoutQuery(text).slice(0, 100)}” is not an address.`);
  }
  const url = storeAddressOf(parseUrl(text, base));
  if (url.username !== '' || url.password !== '') {
    throw unsupported(
      'The address holds a user name or password.',
      'Remove them, and give the keys of a private bucket in their own fields.',
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:' && url.protocol !== 's3:') {
    throw unsupported(`Addresses that start with ${url.protocol} cannot be read by a browser.`);
  }
  return url;
}

function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch (error) {
    throw unsupported('The address cannot be read as a URL.', undefined, error);
  }
}

function locateFile(url: URL): FilePlace {
  if (isSigned(url)) return { url: url.href };
  const folder = new URL(url);
  folder.pathname = url.pathname.replace(/[^/]*$/, '');
  const location = locateFolder(folder);
  const name = decodeKey(/[^/]*$/.exec(url.pathname)?.[0] ?? '');
  if (location.kind === 's3') {
    return { url: location.bucketUrl + encodeKey(location.prefix + name), bucket: location };
  }
  return { url: url.href };
}

function locateFolder(url: URL): S3Location | WebLocation {
  const location = url.protocol === 's3:' ? locateS3Uri(url) : locateHttp(url);
  if (location.kind === 'web') return location;
  const region = parameter(url, 'region');
  return region === undefined || region === '' ? location : inRegion(location, region);
}

function locateS3Uri(url: URL): S3Location {
  const bucket = decodeKey(url.host);
  if (!isBucketName(bucket)) throw unsupported('The s3:// address names no bucket.');
  const prefix = folder(url.pathname.slice(1));
  const endpoint = parameter(url, 'endpoint');
  if (endpoint === undefined) {
    // The buckets of Source Cooperative begin with their region.
    const region = parameter(url, 'region') ?? /^([a-z]{2}-[a-z]+-\d)\.opendata\./.exec(bucket)?.[1];
    const known = region === undefined ? {} : { region };
    return { kind: 's3', bucketUrl: awsBucketUrl(bucket, region ?? ''), prefix, ...known };
  }
  const at = parseUrl(/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`);
  const host = readS3Host(at.host);
  const style = /^(virtual|vhost)/.test(parameter(url, 'style') ?? '') ? 'virtual' : 'path';
  const bucketUrl = bucketUrlOn(at.origin, host ?? { endpoint: at.hostname }, bucket, style);
  return { kind: 's3', bucketUrl, prefix, ...(host?.region !== undefined && { region: host.region }) };
}

function locateHttp(url: URL): S3Location | WebLocation {
  const path = url.pathname.slice(1);
  if (url.hostname === 'data.source.coop') return locateSourceCooperative(path);
  const host = readS3Host(url.hostname);
  const region = host?.region === undefined ? {} : { region: host.region };
  if (host?.bucket !== undefined) {
    const bucketUrl = bucketUrlOn(url.origin, host, host.bucket, 'virtual');
    return { kind: 's3', bucketUrl, prefix: folder(path), ...region };
  }
  const [segment = '', ...rest] = path.split('/');
  const bucket = decodeKey(segment);
  if (!isBucketName(bucket) || WEB_HOST.test(url.hostname)) {
    if (host) throw unsupported(`${url.origin}${url.pathname} names no bucket.`, BUCKET_BEHIND_HOST);
    return { kind: 'web', url: url.origin + url.pathname.replace(/\/?$/, '/') };
  }
  const bucketUrl = bucketUrlOn(url.origin, host ?? { endpoint: url.hostname }, bucket, 'path');
  return { kind: 's3', bucketUrl, prefix: folder(rest.join('/')), ...region };
}

/** Its accounts are the buckets, and a listing's address must not end in `/`. */
function locateSourceCooperative(path: string): S3Location {
  const [account = '', ...rest] = path.split('/');
  if (account === '' || rest.join('') === '') {
    throw unsupported(
      'The address names no product of Source Cooperative.',
      'Give that of a product: https://source.coop/account/product.',
    );
  }
  const listUrl = `https://data.source.coop/${account}`;
  return { kind: 's3', bucketUrl: `${listUrl}/`, prefix: folder(rest.join('/')), listUrl };
}

/** A parameter of an address by its own name or by DuckDB's, which begins with `s3_`. */
function parameter(url: URL, name: 'region' | 'endpoint' | 'style'): string | undefined {
  const other = name === 'style' ? 's3_url_style' : `s3_${name}`;
  return url.searchParams.get(name) ?? url.searchParams.get(other) ?? undefined;
}

function isSigned(url: URL): boolean {
  return [...url.searchParams.keys()].some((name) => SIGNED.test(name));
}

function folder(encodedPath: string): string {
  const path = decodeKey(encodedPath);
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

const BUCKET_BEHIND_HOST = 'Add the bucket behind the host: https://host/bucket/folder/.';

function notOnThisMachine(address: string): LakeError {
  return new LakeError({
    code: 'unsupported',
    message: `The folder “${localName(address) ?? ''}” is on the machine where it was chosen; a link cannot open it.`,
    advice: 'If it is on this machine, choose it again with “Open a folder”.',
    remedy: 'folder',
  });
}

function unsupported(message: string, advice?: string, cause?: unknown): LakeError {
  const forms = 'Give s3://bucket/folder?region=…, https://host/bucket/folder/ or a path on this site such as /lake/.';
  return new LakeError({ code: 'unsupported', message, advice: advice ?? forms }, { cause });
}
