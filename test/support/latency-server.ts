import { createServer, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerBucketRequest, parseBucketRequest, type RequestKind } from './bucket-answer';
import { makeSelfSigned } from './self-signed';
import type { ServedStore } from './served-store';
import { readRequest, wireOfHttp1, wireOfHttp2, type Answer, type Wire, type WireRequest } from './wire';

/** One request as the server saw it. Those still under way have status 0. */
export interface LoggedRequest {
  /** 1 for the first since the log was cleared. */
  number: number;
  kind: RequestKind;
  bucket: string;
  key: string;
  /** The Range header. */
  range?: string;
  query: URLSearchParams;
  status: number;
  /** Bytes of body that were handed to the network. */
  bytes: number;
}

/** Sends an answer; the seam where a fault server does it wrongly. */
export type Deliver = (wire: Wire, answer: Answer, request: LoggedRequest) => Promise<void> | void;

/** What to serve, and how. */
export interface LatencyServerOptions {
  /** By bucket name; read in path style. */
  buckets: Record<string, ServedStore>;
  /** `h2` is served over TLS with a certificate of its own. Default `h1`. */
  protocol?: 'h1' | 'h2';
  /** Milliseconds to wait before every answer. Default 0. */
  latencyMs?: number;
  deliver?: Deliver;
}

/** A bucket server that waits before every answer and remembers every request. */
export interface LatencyServer {
  /** With a final slash; a bucket is `${url}${bucket}/`. */
  url: string;
  requests: LoggedRequest[];
  /** Requests of one kind in the log. */
  count(kind: RequestKind): number;
  clearLog(): void;
  setLatency(milliseconds: number): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of this machine. Bandwidth is not limited, and connecting costs nothing. */
export async function startLatencyServer(options: LatencyServerOptions): Promise<LatencyServer> {
  const { buckets, protocol = 'h1', deliver = sendAnswer } = options;
  let latencyMs = options.latencyMs ?? 0;
  const requests: LoggedRequest[] = [];

  async function exchange(wireRequest: WireRequest, wire: Wire): Promise<void> {
    const { kind, bucket, key, query } = parseBucketRequest(wireRequest);
    const range = wireRequest.headers['range'];
    const logged: LoggedRequest = { number: requests.length + 1, kind, bucket, key, query, status: 0, bytes: 0 };
    requests.push(range === undefined ? logged : Object.assign(logged, { range }));
    try {
      if (latencyMs > 0) await delay(latencyMs, undefined, { signal: wire.closed });
      const answer = await answerBucketRequest(buckets, wireRequest);
      if (!wire.closed.aborted) await deliver(countingWire(wire, logged), answer, logged);
    } catch {
      // The client has left, or the store failed: either way this exchange has no answer.
      if (!wire.closed.aborted) wire.reset();
    }
  }

  const { server, stopSessions } = await createListener(protocol, exchange);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol === 'h2' ? 'https' : 'http'}://127.0.0.1:${port}/`,
    requests,
    count: (kind) => requests.filter((request) => request.kind === kind).length,
    clearLog: () => void requests.splice(0),
    setLatency: (milliseconds) => {
      latencyMs = milliseconds;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        stopSessions();
      }),
  };
}

/** Sends an answer as it is. */
export function sendAnswer(wire: Wire, { status, headers, body }: Answer): void {
  wire.head(status, headers);
  if (body.byteLength > 0) wire.write(body);
  wire.end();
}

function countingWire(wire: Wire, logged: LoggedRequest): Wire {
  return {
    ...wire,
    head: (status, headers) => {
      logged.status = status;
      wire.head(status, headers);
    },
    write: (bytes) => {
      logged.bytes += bytes.byteLength;
      wire.write(bytes);
    },
  };
}

type Exchange = (request: WireRequest, wire: Wire) => Promise<void>;
type Listener = { server: Server | Http2SecureServer; stopSessions: () => void };

async function createListener(protocol: 'h1' | 'h2', exchange: Exchange): Promise<Listener> {
  if (protocol === 'h1') {
    const server = createServer((request, response) => void exchange(readRequest(request), wireOfHttp1(response)));
    return { server, stopSessions: () => server.closeAllConnections() };
  }
  // As many streams as the large content networks allow.
  const settings = { maxConcurrentStreams: 128 };
  const server = createSecureServer(
    { ...(await makeSelfSigned()), allowHTTP1: false, settings },
    (request, response) => void exchange(readRequest(request), wireOfHttp2(response)),
  );
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return { server, stopSessions: () => sessions.forEach((session) => session.destroy()) };
}
