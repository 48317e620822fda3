import { contentTypeOf } from '../../ingest-tool/src/serve/content-type';
import { decideFileReply, type FileReply } from '../../ingest-tool/src/serve/file-reply';
import { parseListQuery } from '../../ingest-tool/src/serve/list-query';
import { ContinuationTokenError } from '../../ingest-tool/src/serve/object-listing';
import { accessDenied, invalidArgument, noSuchBucket, noSuchKey, S3Error } from '../../ingest-tool/src/serve/s3-error';
import { formatError, formatListing } from '../../ingest-tool/src/serve/s3-xml';
import type { ServedObject, ServedStore } from './served-store';
import type { Answer, WireRequest } from './wire';

/** What a request is for. */
export type RequestKind = 'list' | 'get' | 'head' | 'preflight' | 'other';

/** A request taken apart in path style: `/bucket/key?query`. */
export interface BucketRequest {
  kind: RequestKind;
  bucket: string;
  /** Decoded; '' for the bucket itself. */
  key: string;
  query: URLSearchParams;
}

const EXPOSED = 'Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified, x-amz-request-id';

/** Reads a path-style S3 request. */
export function parseBucketRequest({ method, url }: WireRequest): BucketRequest {
  const [path = '', query = ''] = url.split('?', 2);
  const [bucket = '', ...segments] = decodeURIComponent(path).slice(1).split('/');
  const key = segments.join('/');
  return { kind: kindOf(method, key), bucket, key, query: new URLSearchParams(query) };
}

function kindOf(method: string, key: string): RequestKind {
  if (method === 'OPTIONS') return 'preflight';
  if (method === 'HEAD') return 'head';
  if (method !== 'GET') return 'other';
  return key === '' ? 'list' : 'get';
}

/** Answers a request from one of several buckets as S3 does, errors included. */
export async function answerBucketRequest(
  buckets: Record<string, ServedStore>,
  wireRequest: WireRequest,
): Promise<Answer> {
  const request = parseBucketRequest(wireRequest);
  try {
    if (request.kind === 'preflight') return answerPreflight(wireRequest);
    const store = buckets[request.bucket];
    if (store === undefined) throw noSuchBucket();
    if (request.kind === 'other') throw accessDenied();
    if (request.kind === 'list') return await answerListing(store, request);
    return await answerObject(store, request, wireRequest);
  } catch (error) {
    if (error instanceof S3Error) return errorAnswer(error, wireRequest.url);
    if (error instanceof ContinuationTokenError) return errorAnswer(invalidArgument(error.message), wireRequest.url);
    throw error;
  }
}

/** The answer S3 gives with an error. */
export function errorAnswer(error: S3Error, resource: string): Answer {
  return xmlAnswer(error.status, formatError(error, resource.split('?', 1)[0] ?? '', 'TEST'));
}

async function answerListing(store: ServedStore, { bucket, query }: BucketRequest): Promise<Answer> {
  const { request, urlEncoded } = parseListQuery(query);
  return xmlAnswer(200, formatListing(await store.list(request), { bucket, request, urlEncoded }));
}

async function answerObject(
  store: ServedStore,
  { key, kind }: BucketRequest,
  { headers }: WireRequest,
): Promise<Answer> {
  const object = await store.open(key);
  if (object === undefined) throw noSuchKey();
  const reply = decideFileReply(headers, object);
  const about = {
    ...corsHeaders(),
    etag: object.etag,
    'last-modified': object.modified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': contentTypeOf(key),
  };
  if (reply.status === 200 || reply.status === 206) return objectAnswer(object, reply, about, kind === 'head');
  if (reply.status === 304) return { status: 304, headers: about, body: new Uint8Array() };
  if (reply.status === 412) throw new S3Error(412, 'PreconditionFailed', 'The object has changed.');
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
}

async function objectAnswer(
  object: ServedObject,
  { status, start, end }: FileReply & { status: 200 | 206 },
  about: Record<string, string>,
  headOnly: boolean,
): Promise<Answer> {
  const range = status === 206 ? { 'content-range': `bytes ${start}-${end - 1}/${object.size}` } : {};
  const headers = { ...about, ...range, 'content-length': String(end - start) };
  return { status, headers, body: headOnly ? new Uint8Array() : await object.read(start, end) };
}

function answerPreflight({ headers }: WireRequest): Answer {
  return {
    status: 200,
    headers: {
      ...corsHeaders(),
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
      'access-control-allow-private-network': 'true',
      'content-length': '0',
    },
    body: new Uint8Array(),
  };
}

function corsHeaders(): Record<string, string> {
  return {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': EXPOSED,
    'timing-allow-origin': '*',
  };
}

function xmlAnswer(status: number, text: string): Answer {
  const body = Buffer.from(text);
  const about = { 'content-type': 'application/xml', 'content-length': String(body.byteLength) };
  return { status, headers: { ...corsHeaders(), ...about }, body };
}
