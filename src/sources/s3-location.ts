import { encodeKey } from './key-url';

/** A lake below a prefix of a bucket that answers S3 requests. */
export interface S3Location {
  kind: 's3';
  /** Where the bucket's objects are, ending in `/`: the host of a virtual-hosted bucket, else host and bucket. */
  bucketUrl: string;
  /** Of every key of the lake, decoded; '' or ending in `/`. */
  prefix: string;
  /** What requests are signed for, where the address tells. */
  region?: string;
  /** Where listings are asked for, where that is not `bucketUrl`. */
  listUrl?: string;
}

/** What an S3 host's name says. */
export interface S3Host {
  /** The host without the bucket. */
  endpoint: string;
  /** Of a virtual-hosted bucket. */
  bucket?: string;
  region?: string;
}

const REGION = '(?<region>[a-z0-9]+(?:-[a-z0-9]+)*)';

/** Hosts of stores that answer S3 requests, a virtual-hosted bucket before them. */
const HOSTS: { host: RegExp; region?: string }[] = [
  { host: /^s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/ },
  // R2 and Google have one region for everything: https://developers.cloudflare.com/r2/api/s3/api/
  { host: /^[0-9a-f]{32}(?:\.[a-z]+)?\.r2\.cloudflarestorage\.com$/, region: 'auto' },
  { host: /^storage\.googleapis\.com$/, region: 'auto' },
  {
    host: new RegExp(
      `^s3\\.${REGION}\\.(?:wasabisys\\.com|backblazeb2\\.com|scw\\.cloud|(?:io\\.)?cloud\\.ovh\\.net)$`,
    ),
  },
  { host: /^(?<region>[a-z]{3}\d)\.digitaloceanspaces\.com$/ },
];

const AWS_ENDPOINT = /^s3(?:[.-][a-z0-9.-]+)?\.(amazonaws\.com(?:\.cn)?)$/;

/** Reads a host's name; undefined where it is of no store that is known by its name. */
export function readS3Host(host: string): S3Host | undefined {
  const labels = host.split('.');
  // The longest bucket that leaves a known endpoint is no bucket at all.
  for (let count = 0; count < labels.length - 1; count++) {
    const endpoint = labels.slice(count).join('.');
    for (const { host: pattern, region: fixed } of HOSTS) {
      const match = pattern.exec(endpoint);
      if (!match) continue;
      const region = fixed ?? match.groups?.['region'];
      const bucket = labels.slice(0, count).join('.');
      return { endpoint, ...(bucket !== '' && { bucket }), ...(region !== undefined && { region }) };
    }
  }
  return undefined;
}

/** An S3 bucket's name; old ones may hold upper case and `_`. */
export function isBucketName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(text);
}

/** Whether a host is Amazon's own. */
export function isAws(endpoint: string): boolean {
  return AWS_ENDPOINT.test(endpoint);
}

/**
 * A bucket on Amazon S3. Buckets with dots go by path style, for their names do not fit the certificate of a virtual
 * host.
 * @param region '' for the global host
 */
export function awsBucketUrl(bucket: string, region: string, domain = 'amazonaws.com'): string {
  const host = region === '' ? `s3.${domain}` : `s3.${region}.${domain}`;
  return bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`;
}

/** A bucket on a host that is known, in the style it was named in. */
export function bucketUrlOn(
  origin: string,
  { endpoint, region }: S3Host,
  bucket: string,
  style: 'path' | 'virtual',
): string {
  const domain = AWS_ENDPOINT.exec(endpoint)?.[1];
  if (domain !== undefined) return awsBucketUrl(bucket, region ?? '', domain);
  const { protocol, port } = new URL(origin);
  const host = port === '' ? endpoint : `${endpoint}:${port}`;
  if (style === 'virtual' && !bucket.includes('.')) return `${protocol}//${bucket}.${host}/`;
  return `${protocol}//${host}/${encodeURIComponent(bucket)}/`;
}

/** The same bucket in another region: another host on Amazon S3, elsewhere only another signature. */
export function inRegion(location: S3Location, region: string): S3Location {
  const url = new URL(location.bucketUrl);
  const host = readS3Host(url.host);
  if (!host || !isAws(host.endpoint)) return { ...location, region };
  const bucket = host.bucket ?? decodeURIComponent(url.pathname.split('/')[1] ?? '');
  const domain = AWS_ENDPOINT.exec(host.endpoint)?.[1];
  return { ...location, bucketUrl: awsBucketUrl(bucket, region, domain), region };
}

/** Whether two buckets are of one store, so that keys for the one may be shown to the other. */
export function isSameStore(first: S3Location, second: S3Location): boolean {
  const [one, other] = [first, second].map(({ bucketUrl }) => {
    const { protocol, host, hostname } = new URL(bucketUrl);
    const endpoint = readS3Host(hostname)?.endpoint;
    if (endpoint === undefined) return `${protocol}//${host}`;
    return isAws(endpoint) ? 'aws' : `${protocol}//${endpoint}`;
  });
  return one === other;
}

/** Where a lake's objects are, for display. */
export function lakeUrl({ bucketUrl, prefix }: S3Location): string {
  return bucketUrl + encodeKey(prefix);
}
