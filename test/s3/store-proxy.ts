import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it passed. */
export interface PassedRequest {
  /** What it is, such as `PUT`, `PUT part`, `LIST`, `DELETE many`. */
  kind: string;
  method: string;
  /** Decoded key, with the bucket before it. */
  key: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Bytes of the body; fewer than announced where it was cut off. */
  bytes: number;
  /** Of the answer; 0 where none was given. */
  status: number;
}

/**
 * What goes wrong with a request. `refuse` answers in place of the store; `reset` breaks the connection before the store
 * sees the request, `lose-answer` after it has done it.
 */
export type StoreFault = { kind: 'refuse'; status: number; code: string } | { kind: 'reset' } | { kind: 'lose-answer' };

/** A proxy before a store that remembers what passes, and fails as planned. */
export interface StoreProxy {
  /** With a final slash. */
  url: string;
  requests: PassedRequest[];
  count(kind: string): number;
  /** Waits until nothing is under way between proxy and store. */
  settled(): Promise<void>;
  /** Decides on each request from now on. */
  plan(plan: (request: PassedRequest) => StoreFault | undefined): void;
  /** From now on ETags are others than the MD5 of the bytes, as in a bucket that is encrypted with KMS keys. */
  disguiseEtags(isOn: boolean): void;
  close(): Promise<void>;
}

/** Starts a proxy before the store at an address. Signatures hold, as the Host header is passed on as it came. */
export async function startStoreProxy(store: string): Promise<StoreProxy> {
  const requests: PassedRequest[] = [];
  let hasOtherEtags = false;
  let planned: (request: PassedRequest) => StoreFault | undefined = () => undefined;

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', store);
    const method = incoming.method ?? 'GET';
    const passed: PassedRequest = {
      kind: kindOf(method, url),
      method,
      key: decodeURIComponent(url.pathname.slice(1)),
      query: url.searchParams,
      headers: incoming.headers,
      bytes: 0,
      status: 0,
    };
    requests.push(passed);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      passed.bytes += chunk.byteLength;
    }
    const fault = planned(passed);
    if (fault?.kind === 'reset') return void outgoing.destroy();
    if (fault?.kind === 'refuse') {
      passed.status = fault.status;
      outgoing.writeHead(fault.status, { 'content-type': 'application/xml' });
      return void outgoing.end(`<Error><Code>${fault.code}</Code><Message>Injected by a test.</Message></Error>`);
    }
    // Who is gone by now never gets what he asked for.
    if (incoming.socket.destroyed) return;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname, port } = new URL(store);
      const onward = forward({ hostname, port, method, path: incoming.url, headers: incoming.headers }, resolve);
      onward.on('error', reject).end(Buffer.concat(chunks));
    });
    if (fault?.kind === 'lose-answer') {
      answer.resume();
      return void outgoing.destroy();
    }
    passed.status = answer.statusCode ?? 0;
    if (hasOtherEtags && answer.headers.etag !== undefined) answer.headers.etag = disguised(answer.headers.etag);
    outgoing.writeHead(passed.status, answer.headers);
    if (!hasOtherEtags || passed.kind !== 'LIST') return void answer.pipe(outgoing);
    let listing = '';
    for await (const text of answer.setEncoding('utf8')) listing += String(text);
    outgoing.end(disguised(listing));
  }

  const underWay = new Set<Promise<void>>();
  const server = createServer((incoming, outgoing) => {
    const passing = pass(incoming, outgoing).catch(() => void outgoing.destroy());
    underWay.add(passing);
    void passing.then(() => underWay.delete(passing));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    count: (kind) => requests.filter((request) => request.kind === kind).length,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    plan: (plan) => {
      planned = plan;
    },
    disguiseEtags: (isOn) => {
      hasOtherEtags = isOn;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Turns every MD5 in a text round. */
function disguised(text: string): string {
  return text.replace(/[0-9a-f]{32}/g, (md5) => [...md5].reverse().join(''));
}

function kindOf(method: string, { searchParams }: URL): string {
  if (searchParams.has('list-type')) return 'LIST';
  if (searchParams.has('delete')) return 'DELETE many';
  if (searchParams.has('partNumber')) return 'PUT part';
  if (method === 'GET' && searchParams.has('uploads')) return 'LIST uploads';
  if (method === 'GET' && searchParams.has('uploadId')) return 'LIST parts';
  if (method === 'POST') return searchParams.has('uploads') ? 'BEGIN upload' : 'COMPLETE upload';
  if (method === 'DELETE' && searchParams.has('uploadId')) return 'ABORT upload';
  return method;
}
