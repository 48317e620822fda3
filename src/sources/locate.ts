import { LakeError } from '../lake/lake-error';

/** A lake below a prefix of a bucket that answers S3 requests. */
export interface S3Location {
  kind: 's3';
  /** Where the bucket's own requests go, ending in `/`: the host of a virtual-hosted bucket, else host and bucket. */
  bucketUrl: string;
  /** Of every key of the lake, decoded; '' or ending in `/`. */
  prefix: string;
}

/** Where a lake is, by the kind of store that holds it. */
export type SourceLocation = S3Location;

const AWS_HOST =
  /^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.(?<domain>amazonaws\.com(?:\.cn)?)$/;

/** An S3 bucket's name; old ones may hold upper case and `_`. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;

/**
 * Reads what a user types as the place of a lake:
 * `s3://bucket/prefix?region=eu-west-1`, `s3://bucket/prefix?endpoint=https://host:9000`,
 * `https://bucket.s3.region.amazonaws.com/prefix`, `https://s3.region.amazonaws.com/bucket/prefix`,
 * path style on any other host (`http://host:9000/bucket/prefix`), and paths relative to `base`.
 * Buckets with dots go by path style, for their names do not fit the certificate of a virtual host.
 * @param base the page's own address
 * @throws LakeError `unsupported` where the text is none of these; it never repeats a secret of the text
 */
export function locateLake(text: string, base: string): SourceLocation {
  const trimmed = text.trim();
  if (trimmed === '') throw unsupported('No address was given.');
  const url = parseUrl(trimmed, base);
  if (url.username !== '' || url.password !== '') {
    throw unsupported('The address holds a user name or password.', 'Remove them: lakes are read anonymously.');
  }
  if (url.protocol === 's3:') return locateS3Uri(url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw unsupported(`Addresses that start with ${url.protocol} cannot be read by a browser.`);
  }
  if ([...url.searchParams.keys()].some((name) => /^(x-amz-|awsaccesskeyid|signature|sig$)/i.test(name))) {
    throw unsupported(
      'The address is a signed one, good for one file only.',
      'Give the address of the folder, unsigned.',
    );
  }
  return locateHttp(url);
}

function parseUrl(text: string, base: string): URL {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^\.{0,2}\//.test(text)) {
    throw unsupported(`“${text.slice(0, 100)}” is not an address.`);
  }
  try {
    return new URL(text, base);
  } catch (error) {
    throw unsupported('The address cannot be read as a URL.', undefined, error);
  }
}

function locateS3Uri(url: URL): S3Location {
  const bucket = decode(url.host);
  if (!BUCKET.test(bucket)) throw unsupported('The s3:// address names no bucket.');
  const prefix = folder(url.pathname.slice(1));
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint !== null) {
    const host = /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
    return { kind: 's3', bucketUrl: `${host.replace(/\/+$/, '')}/${bucket}/`, prefix };
  }
  return { kind: 's3', bucketUrl: awsBucketUrl(bucket, url.searchParams.get('region') ?? '', 'amazonaws.com'), prefix };
}

function locateHttp(url: URL): S3Location {
  const path = url.pathname.slice(1);
  const aws = AWS_HOST.exec(url.host)?.groups;
  if (aws?.['bucket'] !== undefined) {
    const bucketUrl = awsBucketUrl(aws['bucket'], aws['region'] ?? '', aws['domain'] ?? '');
    return { kind: 's3', bucketUrl, prefix: folder(path) };
  }
  const [segment = '', ...rest] = path.split('/');
  const bucket = decode(segment);
  if (!BUCKET.test(bucket)) {
    throw unsupported(
      `${url.origin}${url.pathname} names no bucket.`,
      'Add the bucket behind the host: https://host/bucket/folder/.',
    );
  }
  const prefix = folder(rest.join('/'));
  if (aws) return { kind: 's3', bucketUrl: awsBucketUrl(bucket, aws['region'] ?? '', aws['domain'] ?? ''), prefix };
  return { kind: 's3', bucketUrl: `${url.origin}/${encodeURIComponent(bucket)}/`, prefix };
}

function awsBucketUrl(bucket: string, region: string, domain: string): string {
  const host = region === '' ? `s3.${domain}` : `s3.${region}.${domain}`;
  return bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`;
}

function folder(encodedPath: string): string {
  const path = decode(encodedPath);
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unsupported(message: string, advice?: string, cause?: unknown): LakeError {
  const forms = 'Give s3://bucket/folder?region=…, https://host/bucket/folder/ or a path on this site such as /lake/.';
  return new LakeError({ code: 'unsupported', message, advice: advice ?? forms }, { cause });
}
