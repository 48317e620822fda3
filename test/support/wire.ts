import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';

/** A whole answer before it is sent. Header names are in lower case. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** The part of a request that decides its answer, the same for HTTP/1.1 and HTTP/2. */
export interface WireRequest {
  method: string;
  /** As sent, with the query. */
  url: string;
  headers: Record<string, string | undefined>;
}

/** The sending side of one exchange, the same for HTTP/1.1 and HTTP/2; what it does can be as wrong as a test wants. */
export interface Wire {
  head(status: number, headers: Record<string, string>): void;
  write(bytes: Uint8Array): void;
  end(): void;
  /** Ends the body cleanly although more was announced; on HTTP/1.1 that closes the connection. */
  endEarly(): void;
  /** Breaks the connection (HTTP/1.1) or the stream (HTTP/2). */
  reset(): void;
  /** Aborted once the client has left or the exchange is over. */
  readonly closed: AbortSignal;
}

/** Reads the request of either version. */
export function readRequest(request: IncomingMessage | Http2ServerRequest): WireRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]);
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers: Object.fromEntries(headers) };
}

/** Wraps an HTTP/1.1 response. */
export function wireOfHttp1(response: ServerResponse): Wire {
  return {
    head: (status, headers) => void response.writeHead(status, headers),
    write: (bytes) => void response.write(bytes),
    end: () => void response.end(),
    endEarly: () => {
      const { socket } = response;
      response.end(() => socket?.end());
    },
    reset: () => {
      // What was written goes out first, so that the break comes in mid-body and not before it.
      setImmediate(() => response.socket?.resetAndDestroy());
    },
    closed: closedSignal(response),
  };
}

/** Wraps an HTTP/2 response. */
export function wireOfHttp2(response: Http2ServerResponse): Wire {
  return {
    head: (status, headers) => void response.writeHead(status, headers),
    write: (bytes) => void response.write(bytes),
    end: () => void response.end(),
    endEarly: () => void response.end(),
    reset: () => {
      setImmediate(() => response.stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    },
    closed: closedSignal(response),
  };
}

function closedSignal(response: ServerResponse | Http2ServerResponse): AbortSignal {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  // A client may go at any moment; what is left to do then is nothing.
  response.on('error', () => closed.abort());
  return closed.signal;
}
