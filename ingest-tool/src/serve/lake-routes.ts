import type { OutgoingHttpHeaders } from 'node:http';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { contentTypeOf } from './content-type';
import { systemErrorCode } from '../tool-error';
import type { Exchange } from './exchange';
import { decideFileReply } from './file-reply';
import { parseListQuery } from './list-query';
import { ContinuationTokenError, listObjects } from './object-listing';
import { accessDenied, invalidArgument, noSuchBucket, noSuchKey, S3Error } from './s3-error';
import { formatError, formatListing } from './s3-xml';
import { openServed } from './served-file';

/** The name under which the lake is offered as a bucket. */
export const BUCKET = 'lake';

/** How the lake is served. */
export interface LakeRoute {
  /** The real path of the lake's folder. */
  root: string;
  /** Milliseconds to wait before every answer. */
  latencyMs: number;
  cors: boolean;
  /** Refuse everything, as a bucket does that is not public. */
  deny: boolean;
}

const EXPOSED_HEADERS = [
  'Accept-Ranges',
  'Content-Encoding',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'x-amz-request-id',
];

/** Whether a path belongs to the bucket. */
export function isLakePath(path: string): boolean {
  return path === `/${BUCKET}` || path.startsWith(`/${BUCKET}/`);
}

/** Answers a request for the bucket or an object in it, as S3 would. */
export async function answerLake(exchange: Exchange, route: LakeRoute): Promise<void> {
  if (route.latencyMs > 0 && !(await waitUnlessGone(exchange, route.latencyMs))) return;
  const headers = { 'x-amz-request-id': exchange.id, ...(route.cors ? corsHeaders() : {}) };
  try {
    if (exchange.method === 'OPTIONS') answerPreflight(exchange, route, headers);
    else await answerRead(exchange, route, headers);
  } catch (error) {
    const refusal = asS3Error(error);
    if (exchange.response.headersSent) throw error;
    const xml = formatError(refusal, exchange.path, exchange.id);
    exchange.sendText(refusal.status, { ...headers, 'Content-Type': 'application/xml' }, xml);
  }
}

async function answerRead(exchange: Exchange, route: LakeRoute, headers: OutgoingHttpHeaders): Promise<void> {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    exchange.response.setHeader('Allow', 'GET, HEAD, OPTIONS');
    throw new S3Error(405, 'MethodNotAllowed', 'The lake is served read-only: GET, HEAD and OPTIONS are allowed.');
  }
  if (route.deny) throw accessDenied();
  const key = decodeKey(exchange.path.slice(`/${BUCKET}/`.length));
  if (key === '') await answerBucket(exchange, route, headers);
  else await answerObject(exchange, route, key, headers);
}

async function answerBucket(exchange: Exchange, { root }: LakeRoute, headers: OutgoingHttpHeaders): Promise<void> {
  const folder = await stat(root).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw noSuchBucket();
  if (exchange.method === 'HEAD') {
    exchange.sendText(200, { ...headers, 'Content-Type': 'application/xml' });
    return;
  }
  const { request, urlEncoded } = parseListQuery(new URLSearchParams(exchange.query));
  const page = await listObjects(root, request);
  const xml = formatListing(page, { bucket: BUCKET, request, urlEncoded });
  exchange.sendText(200, { ...headers, 'Content-Type': 'application/xml' }, xml);
}

async function answerObject(
  exchange: Exchange,
  { root }: LakeRoute,
  key: string,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const file = await openServed(root, key);
  if (file === undefined) throw noSuchKey();
  const reply = decideFileReply(exchange.request.headers, file);
  const about = {
    ...headers,
    ETag: file.etag,
    'Last-Modified': file.modified.toUTCString(),
    'Accept-Ranges': 'bytes',
  };
  if (reply.status === 200 || reply.status === 206) {
    await exchange.sendFile(file, reply, { ...about, 'Content-Type': contentTypeOf(key) });
    return;
  }
  await file.handle.close();
  if (reply.status === 304) {
    exchange.sendText(304, about);
    return;
  }
  if (reply.status === 412) {
    throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  exchange.response.setHeader('Content-Range', `bytes */${file.size}`);
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
}

function answerPreflight(exchange: Exchange, { cors }: LakeRoute, headers: OutgoingHttpHeaders): void {
  if (!cors) throw new S3Error(403, 'AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
  const asked = exchange.request.headers['access-control-request-headers'];
  exchange.sendText(200, {
    ...headers,
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Allow-Headers': asked ?? '*',
    // A page on a public site may read a lake on this machine only where the lake says so.
    'Access-Control-Allow-Private-Network': 'true',
    'Access-Control-Max-Age': '3000',
    Vary: 'Access-Control-Request-Headers',
  });
}

function corsHeaders(): OutgoingHttpHeaders {
  return {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(', '),
    'Timing-Allow-Origin': '*',
  };
}

function decodeKey(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof ContinuationTokenError) return invalidArgument(error.message);
  const code = systemErrorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return accessDenied();
  if (code === 'EMFILE' || code === 'ENFILE') return new S3Error(503, 'SlowDown', 'Too many files are open.');
  const reason = error instanceof Error ? error.message : String(error);
  return new S3Error(500, 'InternalError', `The lake could not be read: ${reason}`);
}

/** False where the client left meanwhile. */
async function waitUnlessGone({ response }: Exchange, milliseconds: number): Promise<boolean> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  const stayed = await delay(milliseconds, true, { signal: gone.signal }).catch(() => false);
  response.off('close', leave);
  return stayed;
}
