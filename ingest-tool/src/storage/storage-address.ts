import { EXIT, ToolError } from '../tool-error';

/** A folder of a bucket, as an address names it. */
export interface BucketAddress {
  kind: 'bucket';
  bucket: string;
  /** Ends in `/`, or is empty. */
  prefix: string;
  /** Where the store answers in path style; the AWS endpoint of the region where it is not given. */
  endpoint?: string;
  region?: string;
  /** Never sign, even where there are credentials. */
  anonymous: boolean;
}

/** Where a lake lies. */
export type StorageAddress = { kind: 'folder'; path: string } | BucketAddress;

const PARAMETERS = ['region', 'endpoint', 'anonymous'];
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
// Virtual-host and path style, regional, dual-stack and in China.
const AWS_HOST = /^(?:(.+)\.)?s3(?:[.-]dualstack)?(?:[.-]([a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?$/;
const GOOGLE_HOST = /^(?:(.+)\.)?storage\.googleapis\.com$/;

/**
 * Reads an address: a folder of this machine, `s3://bucket/prefix?region=…&endpoint=…&anonymous=true`, or the `https://`
 * address of a folder of a bucket, in path style or as AWS and Google Cloud write it.
 * @throws ToolError saying what is wrong; texts that may hold a secret are not repeated
 */
export function parseStorageAddress(text: string): StorageAddress {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'folder', path: text };
  if (scheme === 's3') return parseS3(text);
  if (scheme === 'http' || scheme === 'https') return parseWeb(text);
  throw wrong(
    `Addresses that start with ${scheme}:// are not known`,
    'Give a folder, s3://bucket/prefix or https://store/bucket/prefix.',
  );
}

function parseS3(text: string): BucketAddress {
  const [place = '', query = ''] = splitOnce(text.slice('s3://'.length), '?');
  const [bucket = '', prefix = ''] = splitOnce(place, '/');
  if (bucket.includes('@')) throw hasSecret();
  return { kind: 'bucket', bucket: checkBucket(bucket), prefix: folder(prefix), ...parseParameters(query) };
}

function parseWeb(text: string): BucketAddress {
  const url = parseUrl(text);
  const parameters = parseParameters(url.search.slice(1));
  if (parameters.endpoint !== undefined) {
    throw wrong('An https:// address names its endpoint itself', 'Leave endpoint= away, or write s3://bucket/prefix.');
  }
  const path = decodePath(url.pathname.slice(1));
  const aws = AWS_HOST.exec(url.hostname);
  const named = aws ?? GOOGLE_HOST.exec(url.hostname);
  const [first = '', rest = ''] = splitOnce(path, '/');
  const [bucket, prefix] = named?.[1] === undefined ? [first, rest] : [named[1], path];
  const region = parameters.region ?? aws?.[2];
  return {
    kind: 'bucket',
    bucket: checkBucket(bucket),
    prefix: folder(prefix),
    anonymous: parameters.anonymous,
    ...(region === undefined ? {} : { region }),
    ...(aws === null ? { endpoint: named === null ? url.origin : `${url.protocol}//storage.googleapis.com` } : {}),
  };
}

function parseParameters(query: string): Pick<BucketAddress, 'endpoint' | 'region' | 'anonymous'> {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (PARAMETERS.includes(name)) continue;
    if (/key|secret|token|signature|credential|password/i.test(name)) throw hasSecret();
    throw wrong(
      `An address has no parameter ${JSON.stringify(name)}`,
      `Those there are: ${PARAMETERS.join(', ')}. A ? in a folder's name cannot be written in an s3:// address.`,
    );
  }
  const region = parameters.get('region');
  const endpoint = parameters.get('endpoint');
  return {
    anonymous: ['', '1', 'true', 'yes'].includes(parameters.get('anonymous') ?? 'no'),
    ...(region === null || region === '' ? {} : { region }),
    ...(endpoint === null || endpoint === '' ? {} : { endpoint: parseEndpoint(endpoint) }),
  };
}

/**
 * The address of a store without what is not part of it.
 * @throws ToolError where it is none
 */
export function parseEndpoint(text: string): string {
  const url = parseUrl(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong('The address of the store is not a URL', 'Write it like https://s3.example.org.');
  }
  if (url.username !== '' || url.password !== '') throw hasSecret();
  return url;
}

function checkBucket(bucket: string): string {
  if (BUCKET_NAME.test(bucket)) return bucket;
  throw wrong(
    bucket === '' ? 'The address names no bucket' : `${JSON.stringify(bucket)} cannot be the name of a bucket`,
    'Write it like s3://bucket/folder.',
  );
}

function folder(prefix: string): string {
  const inner = prefix.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '' : `${inner}/`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw wrong('The path of the address is not valid percent-encoding', 'Write a literal % as %25.');
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function hasSecret(): ToolError {
  return wrong(
    'The address seems to hold a key or a password',
    'Addresses end up in logs: give keys through AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or an AWS profile.',
  );
}

function wrong(message: string, advice: string): ToolError {
  return new ToolError(EXIT.usage, message, advice);
}
