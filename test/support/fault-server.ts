import { setTimeout as delay } from 'node:timers/promises';
import { S3Error } from '../../ingest-tool/src/serve/s3-error';
import { errorAnswer } from './bucket-answer';
import {
  sendAnswer,
  startLatencyServer,
  type Deliver,
  type LatencyServer,
  type LatencyServerOptions,
  type LoggedRequest,
} from './latency-server';
import type { Answer, Wire } from './wire';

/** A way in which a store or the network between can fail. */
export type Fault =
  /** An error of the store, such as 503 SlowDown or 429; `retryAfter` in seconds. */
  | { kind: 'status'; status: number; retryAfter?: number }
  /** 403 ExpiredToken, as once temporary keys have run out; some stores send it without CORS headers. */
  | { kind: 'expired-keys'; hidden?: boolean }
  /** The connection breaks once so many bytes of the body are out. */
  | { kind: 'reset'; afterBytes: number }
  /** So many bytes are missing at the end of the body, and Content-Length announces them. */
  | { kind: 'wrong-length'; missing: number }
  /** So many bytes are missing at the end of the body, and Content-Length agrees with what is sent. */
  | { kind: 'short-body'; missing: number }
  /** Another entity tag than the listing's, as once the object was replaced. */
  | { kind: 'changed-etag'; etag: string }
  /** The body comes in small pieces with pauses. */
  | { kind: 'trickle'; pieceBytes: number; pauseMs: number }
  /** No answer ever comes. */
  | { kind: 'stall' }
  /** The answer is right and the page may not see it. */
  | { kind: 'no-cors' }
  /** The bytes arrive in full number, every one of them wrong. */
  | { kind: 'garbled' };

/** Decides which requests fail, and how; undefined for an answer as it should be. */
export type FaultPlan = (request: LoggedRequest) => Fault | undefined;

/** Which requests a plan counts and touches; all reads where it is not given. */
export type RequestFilter = (request: LoggedRequest) => boolean;

const anyRead: RequestFilter = ({ kind }) => kind === 'get' || kind === 'list';

/** Faults by number: the first, second, … request that passes the filter, counted from 1. */
export function faultsByNumber(script: Record<number, Fault>, filter = anyRead): FaultPlan {
  let seen = 0;
  return (request) => (filter(request) ? script[++seen] : undefined);
}

/** The same fault for every request that passes the filter. */
export function faultAlways(fault: Fault, filter = anyRead): FaultPlan {
  return (request) => (filter(request) ? fault : undefined);
}

/**
 * Faults by chance. What happens to the nth request for the same bytes depends on the seed alone and not on the order in
 * which parallel requests arrive, so a failing run can be repeated.
 * @param probability 0–1, for each request
 */
export function faultsAtRandom(seed: number, probability: number, faults: Fault[], filter = anyRead): FaultPlan {
  const tries = new Map<string, number>();
  return (request) => {
    if (!filter(request)) return undefined;
    const target = `${request.bucket}/${request.key}?${request.query.toString()}#${request.range ?? ''}`;
    const attempt = (tries.get(target) ?? 0) + 1;
    tries.set(target, attempt);
    const chance = uniform(`${seed} ${attempt} ${target}`);
    return chance < probability ? faults[Math.floor((chance / probability) * faults.length)] : undefined;
  };
}

/** Starts a bucket server that fails as planned. */
export function startFaultServer(
  options: Omit<LatencyServerOptions, 'deliver'> & { plan: FaultPlan },
): Promise<LatencyServer> {
  const { plan, ...server } = options;
  const deliver: Deliver = (wire, answer, request) => deliverFault(wire, answer, plan(request));
  return startLatencyServer({ ...server, deliver });
}

async function deliverFault(wire: Wire, answer: Answer, fault: Fault | undefined): Promise<void> {
  const { status, headers, body } = answer;
  switch (fault?.kind) {
    case undefined:
      return sendAnswer(wire, answer);
    case 'status':
      return sendAnswer(wire, refusal(fault.status, fault.retryAfter));
    case 'expired-keys': {
      const refused = errorAnswer(new S3Error(403, 'ExpiredToken', 'The provided token has expired.'), '/');
      return sendAnswer(wire, fault.hidden ? { ...refused, headers: withoutCors(refused.headers) } : refused);
    }
    case 'reset':
      wire.head(status, headers);
      wire.write(body.subarray(0, fault.afterBytes));
      return wire.reset();
    case 'wrong-length':
      wire.head(status, headers);
      wire.write(withoutEnd(body, fault.missing));
      return wire.endEarly();
    case 'short-body': {
      const short = withoutEnd(body, fault.missing);
      return sendAnswer(wire, withBody(answer, short));
    }
    case 'changed-etag':
      return sendAnswer(wire, { status, body, headers: { ...headers, etag: fault.etag } });
    case 'trickle':
      wire.head(status, headers);
      return trickle(wire, body, fault.pieceBytes, fault.pauseMs);
    case 'stall':
      return undefined;
    case 'no-cors':
      return sendAnswer(wire, { status, body, headers: withoutCors(headers) });
    case 'garbled':
      return sendAnswer(
        wire,
        withBody(
          answer,
          body.map((byte) => byte ^ 0x5a),
        ),
      );
  }
}

function refusal(status: number, retryAfter: number | undefined): Answer {
  const codes: Record<number, string> = { 403: 'AccessDenied', 429: 'TooManyRequests', 503: 'SlowDown' };
  const answer = errorAnswer(new S3Error(status, codes[status] ?? 'InternalError', 'Injected by a test.'), '/');
  const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { ...answer, headers: { ...answer.headers, ...wait } };
}

async function trickle(wire: Wire, body: Uint8Array, pieceBytes: number, pauseMs: number): Promise<void> {
  for (let start = 0; start < body.byteLength; start += pieceBytes) {
    wire.write(body.subarray(start, start + pieceBytes));
    await delay(pauseMs, undefined, { signal: wire.closed });
  }
  wire.end();
}

function withoutEnd(body: Uint8Array, missing: number): Uint8Array {
  return body.subarray(0, Math.max(0, body.byteLength - missing));
}

function withBody({ status, headers }: Answer, body: Uint8Array): Answer {
  return { status, body, headers: { ...headers, 'content-length': String(body.byteLength) } };
}

function withoutCors(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

/** FNV-1a of a text, finished by a multiply-shift, as a number from 0 to 1. */
function uniform(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
