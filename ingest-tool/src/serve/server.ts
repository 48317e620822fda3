import { realpath } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Exchange, type RequestRecord } from './exchange';
import { answerLake, BUCKET, isLakePath, type LakeRoute } from './lake-routes';
import { answerSite } from './site-routes';

export type { RequestRecord } from './exchange';

/** What to serve, and how. */
export interface ServerOptions {
  /** The lake's folder. */
  lake: string;
  /** The built site's folder; without it, `/` says that the site is not built. */
  site?: string;
  /** Default 127.0.0.1: this machine only. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Milliseconds to wait before every answer of the lake. Default 0. */
  latencyMs?: number;
  /** Send CORS headers with the lake. Default true. */
  cors?: boolean;
  /** Answer 403 AccessDenied to every read of the lake. Default false. */
  deny?: boolean;
  /** Called when an exchange is over. */
  onRequest?: (record: RequestRecord) => void;
  /** Keep every record in `requests`. Default true; a server that runs for long does not. */
  keepRequests?: boolean;
}

/** A server that listens. */
export interface RunningServer {
  /** Of the site, with a final slash. */
  url: string;
  /** Of the lake, with a final slash. */
  lakeUrl: string;
  port: number;
  /** Every exchange that is over, in the order they ended. */
  requests: RequestRecord[];
  /**
   * Stops taking connections and waits for answers under way.
   * @param graceMs after this long they are cut off; default 0
   */
  close(graceMs?: number): Promise<void>;
}

/**
 * Serves the site at `/` and the lake as an S3-compatible bucket at `/lake/`.
 * @throws the system's error where the lake or the site is not there (ENOENT), or the port is taken (EADDRINUSE)
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const route: LakeRoute = {
    root: await realpath(options.lake),
    latencyMs: options.latencyMs ?? 0,
    cors: options.cors ?? true,
    deny: options.deny ?? false,
  };
  const site = options.site === undefined ? undefined : await realpath(options.site);
  const requests: RequestRecord[] = [];
  const server = createServer((request, response) => {
    const exchange = new Exchange(request, response);
    response.setHeader('Server', 'tidelake');
    response.once('close', () => {
      const record = exchange.record();
      if (options.keepRequests !== false) requests.push(record);
      options.onRequest?.(record);
    });
    // A client may go at any moment; what is left to do then is nothing.
    response.on('error', () => undefined);
    void answer(exchange, route, site);
  });
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 0, host);
  const url = `http://${urlHost(host)}:${port}/`;
  return { url, lakeUrl: `${url}${BUCKET}/`, port, requests, close: (graceMs = 0) => close(server, graceMs) };
}

async function answer(exchange: Exchange, route: LakeRoute, site: string | undefined): Promise<void> {
  try {
    if (isLakePath(exchange.path)) await answerLake(exchange, route);
    else await answerSite(exchange, site);
  } catch (error) {
    if (exchange.response.headersSent) {
      exchange.response.destroy();
    } else {
      const reason = error instanceof Error ? error.message : String(error);
      exchange.sendText(500, { 'Content-Type': 'text/plain; charset=utf-8' }, `${reason}\n`);
    }
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
