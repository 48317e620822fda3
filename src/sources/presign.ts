import { LakeError } from '../lake/lake-error';

/** Keys of an S3 account. They stay in memory, and never enter an error, a log or a link. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Comes with temporary keys. */
  sessionToken?: string;
}

/** Signs the URL of a GET, so that it needs no header, and so no CORS preflight. */
export type Presigner = (url: string) => Promise<string>;

export interface PresignOptions {
  /** Seconds a URL is good for, counted from the start of its signing step; 600 to 604,800. Default 3,600. */
  expiresIn?: number;
  /** UTC milliseconds; a clock that is known to be wrong can be put right here. Default the machine's. */
  now?: () => number;
}

/** Twice the signing step, so that a URL signed at the end of one is still good for a while. */
const SHORTEST_EXPIRY = 600;
/** What S3 allows. */
const LONGEST_EXPIRY = 604_800;
/** Milliseconds in which an object keeps its signed URL, so that the browser's cache still knows it. */
const SIGNING_STEP = 300_000;

/**
 * Signs URLs with AWS Signature Version 4 in the query string ("Authenticating Requests: Using Query Parameters", Amazon
 * S3 API Reference), for objects and for ListObjectsV2, in path style and virtual-hosted style alike.
 *
 * The URL must be percent-encoded, a `+` of a key as `%2B`. It comes back in canonical encoding, since some servers check
 * the path as it was sent and others as they would encode it themselves.
 * @throws RangeError where `expiresIn` is out of range; signing rejects with LakeError `unsupported` where the browser offers no cryptography, which it does on https and localhost only
 */
export function createPresigner(
  credentials: S3Credentials,
  region: string,
  { expiresIn = 3600, now = Date.now }: PresignOptions = {},
): Presigner {
  if (!Number.isInteger(expiresIn) || expiresIn < SHORTEST_EXPIRY || expiresIn > LONGEST_EXPIRY) {
    throw new RangeError(`expiresIn must be a whole number of seconds from ${SHORTEST_EXPIRY} to ${LONGEST_EXPIRY}`);
  }
  let keyOfDay: { day: string; key: Promise<CryptoKey> } | undefined;

  function signingKey(day: string): Promise<CryptoKey> {
    if (keyOfDay?.day !== day) keyOfDay = { day, key: deriveSigningKey(credentials.secretAccessKey, day, region) };
    return keyOfDay.key;
  }

  return async (text) => {
    const url = new URL(text);
    const time = amzTime(Math.floor(now() / SIGNING_STEP) * SIGNING_STEP);
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/s3/aws4_request`;
    const query = canonicalQuery([
      ...parseQuery(url.search),
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', `${credentials.accessKeyId}/${scope}`],
      ['X-Amz-Date', time],
      ['X-Amz-Expires', String(expiresIn)],
      ['X-Amz-SignedHeaders', 'host'],
      ...(credentials.sessionToken === undefined
        ? []
        : [['X-Amz-Security-Token', credentials.sessionToken] satisfies [string, string]]),
    ]);
    const path = canonicalPath(url.pathname);
    const canonicalRequest = ['GET', path, query, `host:${url.host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
    const toSign = ['AWS4-HMAC-SHA256', time, scope, hex(await sha256(canonicalRequest))].join('\n');
    const signature = hex(await hmac(await signingKey(day), toSign));
    return `${url.origin}${path}?${query}&X-Amz-Signature=${signature}`;
  };
}

/** `20130524T000000Z`. */
function amzTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function parseQuery(search: string): [string, string][] {
  if (search.length < 2) return [];
  // Forms send a blank as a bare `+`.
  return search
    .slice(1)
    .replaceAll('+', '%20')
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      return [decodeURIComponent(name), equals === -1 ? '' : decodeURIComponent(pair.slice(equals + 1))];
    });
}

function canonicalQuery(parameters: [string, string][]): string {
  // Encoded text is ASCII, so comparing UTF-16 units is comparing bytes. A name that begins another one comes first.
  return parameters
    .map(([name, value]): [string, string] => [uriEncode(name), uriEncode(value)])
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function canonicalPath(pathname: string): string {
  return pathname
    .split('/')
    .map((segment) => uriEncode(decodeURIComponent(segment)))
    .join('/');
}

/** Everything but `A–Z a–z 0–9 - . _ ~`, as the specification asks. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function deriveSigningKey(secret: string, day: string, region: string): Promise<CryptoKey> {
  let key = await hmacKey(new TextEncoder().encode(`AWS4${secret}`));
  for (const part of [day, region, 's3', 'aws4_request']) key = await hmacKey(await hmac(key, part));
  return key;
}

function hmacKey(bytes: BufferSource): Promise<CryptoKey> {
  return cryptography().importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

function hmac(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return cryptography().sign('HMAC', key, new TextEncoder().encode(text));
}

function sha256(text: string): Promise<ArrayBuffer> {
  return cryptography().digest('SHA-256', new TextEncoder().encode(text));
}

function cryptography(): SubtleCrypto {
  const { crypto }: { crypto?: { subtle?: SubtleCrypto } } = globalThis;
  if (crypto?.subtle) return crypto.subtle;
  throw new LakeError({
    code: 'unsupported',
    message: 'Requests cannot be signed here: the browser offers cryptography only to pages served safely.',
    advice: 'Open this page over https, or from localhost.',
  });
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
