/**
 * Turns the address of a web page about a bucket into that of the bucket: the consoles of Amazon, Cloudflare, Google
 * and MinIO, and the product pages of Source Cooperative. Any other address comes back as it is.
 */
export function storeAddressOf(url: URL): URL {
  return (
    awsConsole(url) ??
    cloudflareDashboard(url) ??
    googleConsole(url) ??
    minioConsole(url) ??
    sourceCooperative(url) ??
    url
  );
}

/** `https://eu-west-1.console.aws.amazon.com/s3/buckets/ocean?region=eu-west-1&prefix=lake/` */
function awsConsole({ hostname, pathname, searchParams }: URL): URL | undefined {
  const host = /^(?:(?<region>[a-z0-9-]+)\.console|s3\.console|console)\.aws\.amazon\.com$/.exec(hostname);
  const bucket = /^\/s3\/(?:buckets|object)\/([^/]+)/.exec(pathname)?.[1];
  if (!host || bucket === undefined) return undefined;
  const address = new URL(`s3://${bucket}/${encodeURI(searchParams.get('prefix') ?? '')}`);
  const named = host.groups?.['region'];
  // A bucket's own region is in the query; the host's is that of the console, and of old addresses.
  const region = searchParams.get('bucketRegion') ?? searchParams.get('region') ?? (named === 's3' ? undefined : named);
  if (region !== undefined) address.searchParams.set('region', region);
  return address;
}

/** `https://dash.cloudflare.com/<account>/r2/default/buckets/ocean` */
function cloudflareDashboard({ hostname, pathname, searchParams }: URL): URL | undefined {
  if (hostname !== 'dash.cloudflare.com') return undefined;
  const match = /^\/(?<account>[0-9a-f]{32})\/r2\/(?:(?<jurisdiction>[a-z]+)\/)?buckets\/(?<bucket>[^/]+)/.exec(
    pathname,
  )?.groups;
  if (!match) return undefined;
  const { account, jurisdiction, bucket } = match;
  const place = jurisdiction === undefined || jurisdiction === 'default' ? '' : `.${jurisdiction}`;
  const prefix = encodeURI(searchParams.get('prefix') ?? '');
  return new URL(`https://${account}${place}.r2.cloudflarestorage.com/${bucket}/${prefix}`);
}

/** `https://console.cloud.google.com/storage/browser/ocean/lake`, and `gs://ocean/lake`. */
function googleConsole({ protocol, hostname, pathname, host }: URL): URL | undefined {
  if (protocol === 'gs:') return new URL(`https://storage.googleapis.com/${host}${pathname}`);
  if (hostname === 'storage.cloud.google.com') return new URL(`https://storage.googleapis.com${pathname}`);
  if (hostname !== 'console.cloud.google.com') return undefined;
  const path = /^\/storage\/browser\/(?:_details\/)?([^;?]+)/.exec(pathname)?.[1];
  return path === undefined ? undefined : new URL(`https://storage.googleapis.com/${path}`);
}

/** Ports that MinIO's console is put at, and the one of the store itself then. */
const MINIO_CONSOLE_PORTS = ['9001', '9090', '9443'];
const MINIO_PORT = '9000';

/**
 * `http://minio.local:9001/browser/ocean/bGFrZS8=`; formerly `/buckets/ocean/browse/bGFrZS8=`. The folder is in Base64, or encoded
 * as in URLs.
 */
function minioConsole({ protocol, hostname, port, pathname }: URL): URL | undefined {
  const match = /^\/(?:browser|buckets)\/(?<bucket>[^/]+)(?:\/browse)?(?:\/(?<folder>.*))?$/.exec(pathname)?.groups;
  if (!MINIO_CONSOLE_PORTS.includes(port) || !match) return undefined;
  const { bucket, folder = '' } = match;
  return new URL(`${protocol}//${hostname}:${MINIO_PORT}/${bucket}/${encodeURI(folderOf(decodeURIComponent(folder)))}`);
}

/** A folder is told with its final slash, which no Base64 of another text reads as. */
function folderOf(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const folder = decodeURIComponent(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return folder.endsWith('/') ? folder : text;
  } catch {
    return text;
  }
}

/** `https://source.coop/account/product`; formerly `https://source.coop/repositories/account/product/description`. */
function sourceCooperative({ hostname, pathname }: URL): URL | undefined {
  if (!/^(?:www\.|beta\.)?source\.coop$/.test(hostname)) return undefined;
  const path = pathname.replace(/^\/repositories\//, '/').replace(/^\/([^/]+)\/([^/]+)\/description\/?$/, '/$1/$2/');
  return new URL(`https://data.source.coop${path}`);
}
