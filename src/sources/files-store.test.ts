import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFilesStore } from './files-store';
import { locateLake } from './locate';
import type { ObjectStore } from './object-store';
import type { RetryPolicy } from './retry';

const QUICK: RetryPolicy = { retries: 2, firstPause: 1, longestPause: 5, patience: 20_000 };
const never = new AbortController().signal;
const BODY = Buffer.from('PAR1 some column chunks PAR1');
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handle: Handler): Promise<{ origin: string; seen: string[] }> {
  const seen: string[] = [];
  const listening = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
    handle(request, response);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen };
}

function open(text: string): ObjectStore {
  const location = locateLake(text, 'http://page/');
  if (location.kind !== 'files' && location.kind !== 'list') throw new Error(location.kind);
  return createFilesStore(location, { retryPolicy: QUICK });
}

/** A web server as most are: it knows ranges. */
const sendRanges: Handler = (request, response) => {
  if (request.url?.endsWith('files.txt')) return void response.end('day=1/a.parquet\nday=2/a.parquet\n');
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (!range) return void response.writeHead(200, { etag: '"v1"' }).end(BODY);
  const part = BODY.subarray(Number(range[1]), Number(range[2]) + 1);
  const contentRange = `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${BODY.length}`;
  response.writeHead(206, { 'content-range': contentRange, etag: '"v1"' }).end(part);
};

describe('createFilesStore', () => {
  it('reads the files of a list, whose lengths it learns by one byte of each, once', async () => {
    const { origin, seen } = await serve(sendRanges);
    const store = open(`${origin}/lake/files.txt`);
    const { value, requests, bytes } = await store.list({ prefix: '' }, never);
    expect(value).toEqual({
      objects: [1, 2].map((day) => ({ key: `day=${day}/a.parquet`, size: BODY.length, etag: '"v1"' })),
      prefixes: [],
    });
    expect({ requests, bytes }).toEqual({ requests: 2, bytes: 2 });
    expect((await store.list({ prefix: 'day=2/' }, never)).requests).toBe(0);
    expect(new TextDecoder().decode((await store.get('day=2/a.parquet', never, { start: 5, end: 9 })).value)).toBe(
      'some',
    );
    expect(seen.sort()).toEqual([
      'GET /lake/day=1/a.parquet bytes=0-0',
      'GET /lake/day=2/a.parquet bytes=0-0',
      'GET /lake/day=2/a.parquet bytes=5-8',
      'GET /lake/files.txt',
    ]);
  });

  it('asks for the lengths of no other folder than it is asked for', async () => {
    const { origin, seen } = await serve(sendRanges);
    const store = open(`${origin}/lake/files.txt`);
    expect((await store.list({ prefix: '', delimiter: '/' }, never)).value.prefixes).toEqual(['day=1/', 'day=2/']);
    await store.list({ prefix: 'day=1/' }, never);
    expect(seen).toEqual(['GET /lake/files.txt', 'GET /lake/day=1/a.parquet bytes=0-0']);
  });

  it('learns a length from the whole where a server knows no ranges, hides them, or the file is empty', async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === '/b/hidden.parquet' && request.headers.range !== undefined) {
        response.writeHead(206).end(BODY.subarray(0, 1));
      } else if (request.url === '/b/empty.parquet') {
        response.writeHead(request.headers.range === undefined ? 200 : 416, { 'content-length': 0 }).end();
      } else if (request.url === '/b/chunked.parquet') {
        response.write(BODY.subarray(0, 3));
        response.end(BODY.subarray(3));
      } else response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
    });
    const names = ['hidden', 'empty', 'chunked', 'plain'];
    const store = open(names.map((name) => `${origin}/b/${name}.parquet`).join('\n'));
    const { value } = await store.list({ prefix: '' }, never);
    expect(Object.fromEntries(value.objects.map(({ key, size }) => [key, size]))).toEqual({
      'hidden.parquet': BODY.length,
      'empty.parquet': 0,
      'chunked.parquet': BODY.length,
      'plain.parquet': BODY.length,
    });
  });

  it('keeps the signature of a file’s own address for its requests, and out of everything shown', async () => {
    const { origin, seen } = await serve(sendRanges);
    const store = open(`${origin}/b/a.parquet?X-Amz-Signature=hunter2`);
    await store.list({ prefix: '' }, never);
    expect(seen[0]).toContain('hunter2');
    expect(store.url).toBe(`${origin}/b/a.parquet`);
  });

  it('names the file that cannot be read, and the list that is none', async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === '/b/list.json') response.end('{"no": "list"}');
      else response.writeHead(404).end('<html>');
    });
    await expect(open(`${origin}/b/gone.parquet`).list({ prefix: '' }, never)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('/b/gone.parquet'),
    });
    const list = open(`${origin}/b/list.json`);
    await expect(list.list({ prefix: '' }, never)).rejects.toMatchObject({ code: 'not-a-lake', remedy: 'address' });
    await expect(list.get('_tidelake/lake.json', never)).rejects.toMatchObject({ code: 'not-a-lake' });
  });

  it('has no other file than those it was told of', async () => {
    await expect(open('http://127.0.0.1:1/b/a.parquet').get('_tidelake/lake.json', never)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
