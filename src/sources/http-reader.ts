import { LakeError } from '../lake/lake-error';
import { throwIfCancelled } from './cancellation';
import { withoutQuery } from './key-url';
import type { ByteRange, Fetched } from './object-store';
import { parseRetryAfter, TransientFailure, withRetries, type RetryPolicy } from './retry';
import { hiddenAnswerError, noAnswerError, stalledError, truncatedError, type Purpose } from './s3-errors';
import { createStallWatches, type StallWatch } from './stall-watch';

/** An answer that is no success. */
export interface RefusedAnswer {
  purpose: Purpose;
  status: number;
  headers: Headers;
  /** Of the body. */
  text: string;
  /** Without its query string. */
  url: string;
}

export interface HttpReaderOptions {
  retryPolicy: RetryPolicy;
  /** Whether the URLs are signed with keys, which may be why there is no answer to read. */
  signed: boolean;
  /** The failure that a refusal is; a {@link TransientFailure} where another try may mend it. */
  refuse: (answer: RefusedAnswer) => Error;
}

/** A URL made for one try, so that a signature is never older than the request. */
export type Target = () => Promise<string>;

/**
 * Reads over HTTP by plain GETs, without a header that would cost a CORS preflight, and past the browser's cache: that
 * guesses how long an answer is good, so it may hold an older file than a listing tells of, or what once came wrongly;
 * and its lock puts parts of one file in a row. What is worth keeping is kept by its ETag, see `ByteCache`.
 */
export interface HttpReader {
  /** A whole object. */
  whole(target: Target, signal: AbortSignal): Promise<Fetched<Uint8Array>>;
  /** Part of an object. */
  range(target: Target, range: ByteRange, signal: AbortSignal): Promise<Fetched<Uint8Array>>;
  /** A page of a listing. */
  listing(target: Target, signal: AbortSignal): Promise<Fetched<Uint8Array>>;
  /** An object's length in bytes and version, for as few bytes as the store's CORS rule allows. */
  measure(target: Target, signal: AbortSignal): Promise<Fetched<{ size: number; version: string }>>;
}

/** Any of these may be over a moment later. */
const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/** Makes a reader; all requests of one store go through one, so that silence is told from a busy line. */
export function createHttpReader({ retryPolicy, signed, refuse }: HttpReaderOptions): HttpReader {
  const watchOver = createStallWatches(retryPolicy.patience);
  let answeredBefore = false;

  async function trying<Value>(
    target: Target,
    signal: AbortSignal,
    attempt: (url: string) => Promise<Value>,
  ): Promise<{ value: Value; retries: number }> {
    try {
      return await withRetries(async () => attempt(await target()), signal, retryPolicy);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const { url, cause } = error;
      throw (await answersOpaquely(url, signal)) ? hiddenAnswerError(url, signed, cause) : noAnswerError(url, cause);
    }
  }

  /** One try: an answer with what `read` makes of it, unless the store falls silent. */
  async function receive<Value>(
    purpose: Purpose,
    url: string,
    init: RequestInit,
    signal: AbortSignal,
    read: (response: Response, watch: StallWatch) => Promise<Value>,
  ): Promise<Value> {
    const watch = watchOver(signal);
    try {
      const response = await request(purpose, url, init, watch.signal);
      watch.heard();
      return await read(response, watch);
    } catch (error) {
      throwIfCancelled(signal);
      if (!watch.hasStalled()) throw error;
      throw new TransientFailure(stalledError(withoutQuery(url), retryPolicy.patience));
    } finally {
      watch.stop();
    }
  }

  async function request(purpose: Purpose, url: string, init: RequestInit, signal: AbortSignal) {
    const response = await send(url, init, signal);
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    throwIfCancelled(signal);
    const { status, headers } = response;
    const error = refuse({ purpose, status, headers, text, url: withoutQuery(url) });
    if (!TRANSIENT_STATUS.has(status) || error instanceof TransientFailure) throw error;
    throw new TransientFailure(error, parseRetryAfter(headers.get('retry-after'), Date.now()));
  }

  async function send(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    throwIfCancelled(signal);
    refuseMixedContent(url);
    try {
      const response = await fetch(url, { cache: 'no-store', ...init, signal });
      answeredBefore = true;
      return response;
    } catch (error) {
      throwIfCancelled(signal);
      // A host that hides its first answer hides them all; later on, a connection may have broken.
      if (!answeredBefore && (await answersOpaquely(url, signal))) throw hiddenAnswerError(url, signed, error);
      throw new TransientFailure(new NoAnswer(url, error));
    }
  }

  async function whole(target: Target, signal: AbortSignal, purpose: Purpose, cache: RequestCache) {
    const { value, retries } = await trying(target, signal, (url) =>
      receive(purpose, url, { cache }, signal, readBody),
    );
    return { value, bytes: value.byteLength, requests: 1, retries };
  }

  async function range(target: Target, { start, end }: ByteRange, signal: AbortSignal) {
    const init: RequestInit = { headers: { range: `bytes=${start}-${end - 1}` } };
    const { value, retries } = await trying(target, signal, (url) =>
      receive('get', url, init, signal, async (response, watch) => {
        const body = await readBody(response, watch);
        // A server that knows no ranges answers 200 with everything; what came over the wire is still counted.
        const part = response.status === 206 ? body : body.subarray(start, end);
        const wanted = Math.min(end, totalOf(response) ?? end) - start;
        if (part.byteLength < wanted) throw new TransientFailure(truncatedError(withoutQuery(url)));
        const version = versionOf(response);
        return { value: part, bytes: body.byteLength, ...(version !== '' && { version }) };
      }),
    );
    return { ...value, requests: 1, retries };
  }

  /** The length of a whole body is told by Content-Length, which no CORS rule hides; that of a part only by exposed headers. */
  async function measure(target: Target, signal: AbortSignal) {
    const init: RequestInit = { headers: { range: 'bytes=0-0' } };
    const first = await trying(target, signal, (url) =>
      receive('get', url, init, signal, async (response, watch) => {
        const total = response.status === 206 ? totalOf(response) : undefined;
        if (total === undefined) return undefined;
        const { byteLength } = await readBody(response, watch);
        return { size: total, version: versionOf(response), bytes: byteLength };
      }).catch((error: unknown) => {
        // An empty object has no first byte.
        if (error instanceof LakeError && error.code === 'unexpected') return undefined;
        throw error;
      }),
    );
    if (first.value) {
      const { size, version, bytes } = first.value;
      return { value: { size, version }, bytes, requests: 1, retries: first.retries };
    }
    const second = await trying(target, signal, (url) =>
      receive('get', url, {}, signal, async (response, watch) => {
        const version = versionOf(response);
        const announced = announcedLength(response);
        if (announced !== undefined) {
          await response.body?.cancel();
          return { size: announced, version, bytes: 0 };
        }
        const { byteLength } = await readBody(response, watch);
        return { size: byteLength, version, bytes: byteLength };
      }),
    );
    const { size, version, bytes } = second.value;
    return { value: { size, version }, bytes, requests: 2, retries: first.retries + second.retries };
  }

  return {
    whole: (target, signal) => whole(target, signal, 'get', 'no-store'),
    listing: (target, signal) => whole(target, signal, 'list', 'no-store'),
    range,
    measure,
  };
}

/** A request without an answer that the page can read; what it means is found out once no try mends it. */
class NoAnswer extends Error {
  constructor(
    readonly url: string,
    override readonly cause: unknown,
  ) {
    super('no answer');
  }
}

/** @throws LakeError `unsupported` where the browser blocks a request before it is sent */
function refuseMixedContent(url: string): void {
  const page: { protocol: string } | undefined = globalThis.location;
  if (page?.protocol !== 'https:' || !/^http:/i.test(url)) return;
  const { hostname, origin } = new URL(url);
  if (/^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/.test(hostname)) return;
  throw new LakeError({
    code: 'unsupported',
    message: `${origin} speaks http, and a page that was served over https may not read it.`,
    advice: 'Give an https address of the store, or open this page over http, for example by “tidelake serve”.',
    remedy: 'address',
  });
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
  if (length < (announcedLength(response) ?? 0)) {
    throw new TransientFailure(truncatedError(withoutQuery(response.url)));
  }
  return joined(chunks, length);
}

/** Of a compressed body the header gives the length on the wire, which says nothing about what arrives here. */
function announcedLength({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

/** The whole object's length, from the answer to a request for a part of it. */
function totalOf({ headers }: Response): number | undefined {
  const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/** A bucket's CORS rule may hide the ETag, but never the date. */
function versionOf({ headers }: Response): string {
  return headers.get('etag') ?? headers.get('last-modified') ?? '';
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
async function answersOpaquely(url: string, signal: AbortSignal): Promise<boolean> {
  const enough = new AbortController();
  try {
    await fetch(url, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.any([signal, enough.signal]) });
    return true;
  } catch {
    throwIfCancelled(signal);
    return false;
  } finally {
    enough.abort();
  }
}
