import { throwIfCancelled } from './cancellation';
import type { S3Location } from './locate';
import type { ByteRange, Fetched, ListPage, ListRequest, ObjectStore } from './object-store';
import { DEFAULT_RETRY_POLICY, parseRetryAfter, TransientFailure, withRetries } from './retry';
import type { RetryPolicy } from './retry';
import { networkError, responseError, stalledError, truncatedError } from './s3-errors';
import type { Purpose } from './s3-errors';
import { listingQuery, parseListing, s3ErrorCode } from './s3-listing';
import { createStallWatches } from './stall-watch';
import type { StallWatch } from './stall-watch';

/** Any of these may be over a moment later. */
const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Reads a lake over the S3 REST API, anonymously: ListObjectsV2 and GET, nothing else. No request has a header that
 * would cost a CORS preflight; ranges are sent as `bytes=a-b` past the HTTP cache, whose lock would put them in a row.
 */
export function createS3Store(location: S3Location, retryPolicy: RetryPolicy = DEFAULT_RETRY_POLICY): ObjectStore {
  const { bucketUrl, prefix } = location;
  const url = bucketUrl + encodeKey(prefix);
  const watchOver = createStallWatches(retryPolicy.patience);
  let answeredBefore = false;

  /** One try: an answer with its body, unless the store falls silent. */
  async function receive(purpose: Purpose, target: string, init: RequestInit, signal: AbortSignal) {
    const watch = watchOver(signal);
    try {
      const response = await request(purpose, target, init, watch.signal);
      watch.heard();
      return { response, body: await readBody(response, watch) };
    } catch (error) {
      throwIfCancelled(signal);
      if (!watch.hasStalled()) throw error;
      throw new TransientFailure(stalledError(withoutQuery(target), retryPolicy.patience));
    } finally {
      watch.stop();
    }
  }

  async function request(purpose: Purpose, target: string, init: RequestInit, signal: AbortSignal) {
    const shown = withoutQuery(target);
    const response = await send(target, init, signal);
    if (response.ok) return response;
    const code = s3ErrorCode(await response.text().catch(() => ''));
    throwIfCancelled(signal);
    const error = responseError(purpose, response.status, code, shown);
    if (!TRANSIENT_STATUS.has(response.status)) throw error;
    throw new TransientFailure(error, parseRetryAfter(response.headers.get('retry-after'), Date.now()));
  }

  async function send(target: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    throwIfCancelled(signal);
    try {
      const response = await fetch(target, { ...init, signal });
      answeredBefore = true;
      return response;
    } catch (error) {
      throwIfCancelled(signal);
      if (!answeredBefore && (await answersOpaquely(target, signal))) throw networkError(target, true, error);
      throw new TransientFailure(networkError(target, false, error));
    }
  }

  async function list(listRequest: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>> {
    const target = `${bucketUrl}?${listingQuery(listRequest, prefix)}`;
    const { value, retries } = await withRetries(
      async () => {
        // A lake that is being written to must not be planned from an old listing.
        return (await receive('list', target, { cache: 'no-store' }, signal)).body;
      },
      signal,
      retryPolicy,
    );
    const page = parseListing(new TextDecoder().decode(value), prefix, url);
    return { value: page, requests: 1, bytes: value.byteLength, retries };
  }

  async function get(key: string, signal: AbortSignal, range?: ByteRange): Promise<Fetched<Uint8Array>> {
    const target = url + encodeKey(key);
    const { value, retries } = await withRetries(
      () => (range ? getRange(target, range, signal) : getWhole(target, signal)),
      signal,
      retryPolicy,
    );
    return { ...value, requests: 1, retries };
  }

  async function getWhole(target: string, signal: AbortSignal) {
    const { body } = await receive('get', target, {}, signal);
    return { value: body, bytes: body.byteLength };
  }

  async function getRange(target: string, range: ByteRange, signal: AbortSignal) {
    const headers = { range: `bytes=${range.start}-${range.end - 1}` };
    const { response, body } = await receive('get', target, { headers, cache: 'no-store' }, signal);
    // A server that knows no ranges answers 200 with everything; what came over the wire is still counted.
    const value = response.status === 206 ? body : body.subarray(range.start, range.end);
    const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? range.end);
    if (value.byteLength < Math.min(range.end, size) - range.start) throw new TransientFailure(truncatedError(target));
    // A bucket's CORS rule may hide the ETag, but never the date.
    const version = response.headers.get('etag') ?? response.headers.get('last-modified');
    return { value, bytes: body.byteLength, ...(version !== null && { version }) };
  }

  return { url, list, get };
}

async function readBody(response: Response, watch: StallWatch): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      watch.heard();
      chunks.push(read.value);
      length += read.value.byteLength;
    }
  } catch (error) {
    throwIfCancelled(watch.signal);
    throw new TransientFailure(truncatedError(withoutQuery(response.url), error));
  }
  // Of a compressed body the header gives the length on the wire, which says nothing about what arrived here.
  const announced = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  if (length < announced) throw new TransientFailure(truncatedError(withoutQuery(response.url)));
  return joined(chunks, length);
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** Whether a server answers at all, which an opaque request tells even where CORS hides the answer. */
async function answersOpaquely(target: string, signal: AbortSignal): Promise<boolean> {
  const enough = new AbortController();
  try {
    await fetch(target, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.any([signal, enough.signal]) });
    return true;
  } catch {
    throwIfCancelled(signal);
    return false;
  } finally {
    enough.abort();
  }
}

/** A key as a URL's path: everything percent-encoded but `/`, and `=`, which no server reads otherwise. */
function encodeKey(key: string): string {
  return key
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment)
        .replaceAll('%3D', '=')
        .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}
