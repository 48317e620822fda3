import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { RetryPolicy } from './retry';
import { createS3Store } from './s3-store';

const QUICK: RetryPolicy = { retries: 3, firstPause: 1, longestPause: 5, patience: 20_000 };
const never = new AbortController().signal;
const BODY = Buffer.from('PAR1 some column chunks PAR1');

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function storeOver(
  handle: (request: IncomingMessage, response: ServerResponse, count: number) => void,
  policy: RetryPolicy = QUICK,
) {
  let count = 0;
  const seen: string[] = [];
  const listening = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
    handle(request, response, ++count);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const location = { kind: 's3', bucketUrl: `http://127.0.0.1:${address.port}/ocean/`, prefix: 'my lake/' } as const;
  return { store: createS3Store(location, { retryPolicy: policy }), seen };
}

const sendError = (response: ServerResponse, status: number, code: string) =>
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);

describe('createS3Store', () => {
  it('reads a whole object by GET, with every awkward character of its key escaped', async () => {
    const { store, seen } = await storeOver((_, response) => response.end(BODY));
    const fetched = await store.get("station=a b/100%+ö'#?.parquet", never);
    expect(fetched).toEqual({ value: new Uint8Array(BODY), requests: 1, bytes: BODY.length, retries: 0 });
    expect(seen).toEqual(['GET /ocean/my%20lake/station=a%20b/100%25%2B%C3%B6%27%23%3F.parquet']);
    expect(store.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ocean\/my%20lake\/$/);
  });

  it('asks for a range as bytes=a-b and takes a range that the end cuts short', async () => {
    const { store, seen } = await storeOver((_, response) =>
      response.writeHead(206, { 'content-range': `bytes 20-27/${BODY.length}` }).end(BODY.subarray(20)),
    );
    const fetched = await store.get('a', never, { start: 20, end: 40 });
    expect(fetched.value).toEqual(new Uint8Array(BODY.subarray(20)));
    expect(seen[0]).toMatch(/bytes=20-39$/);
  });

  it('cuts the range out where the server sends everything, and counts everything', async () => {
    const { store } = await storeOver((_, response) => response.end(BODY));
    const fetched = await store.get('a', never, { start: 5, end: 9 });
    expect(new TextDecoder().decode(fetched.value)).toBe('some');
    expect(fetched.bytes).toBe(BODY.length);
  });

  it.each([500, 502, 503, 429])('repeats after status %d and counts it', async (status) => {
    const { store } = await storeOver((_, response, count) =>
      count <= 2 ? sendError(response, status, 'SlowDown') : response.end(BODY),
    );
    expect((await store.get('a', never)).retries).toBe(2);
  });

  it('gives up after its tries: throttled, and unreachable where the store has a fault', async () => {
    const { store, seen } = await storeOver((_, response) => sendError(response, 503, 'SlowDown'));
    await expect(store.get('a', never)).rejects.toMatchObject({ code: 'throttled' });
    expect(seen).toHaveLength(QUICK.retries + 1);
  });

  const IMPATIENT: RetryPolicy = { ...QUICK, retries: 2, patience: 150 };

  it('drops a connection that falls silent, before or within the body, and repeats the request', async () => {
    let closed = 0;
    const { store, seen } = await storeOver((request, response, count) => {
      request.socket.once('close', () => closed++);
      if (count === 2) response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 7));
      if (count === 3) response.end(BODY);
    }, IMPATIENT);
    expect(await store.get('a', never)).toMatchObject({ value: new Uint8Array(BODY), retries: 2 });
    expect(seen).toHaveLength(3);
    expect(closed).toBeGreaterThanOrEqual(2);
  });

  it('calls a store that stays silent unreachable', async () => {
    const { store, seen } = await storeOver(() => undefined, IMPATIENT);
    await expect(store.get('a', never, { start: 0, end: 4 })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('delivered nothing for 0.15 s'),
    });
    expect(seen).toHaveLength(3);
  });

  it('does not mind a body that trickles', async () => {
    const { store } = await storeOver(
      (_, response) => {
        response.writeHead(200, { 'content-length': BODY.length });
        let sent = 0;
        const timer = setInterval(() => {
          response.write(BODY.subarray(sent, ++sent));
          if (sent === BODY.length) clearInterval(timer);
        }, 25);
      },
      { ...IMPATIENT, patience: 500 },
    );
    expect(await store.get('a', never)).toMatchObject({ value: new Uint8Array(BODY), retries: 0 });
  });

  it('does not take a request for silent while others are being answered', async () => {
    const { store } = await storeOver(
      (request, response) => {
        if (request.url?.endsWith('late')) setTimeout(() => response.end(BODY), 900);
        else setTimeout(() => response.end(BODY), 40);
      },
      { ...IMPATIENT, patience: 400 },
    );
    const late = store.get('late', never);
    for (let count = 0; count < 18; count++) await store.get('quick', never);
    expect((await late).retries).toBe(0);
  });

  it('ends as cancelled when it is given up during a silence', async () => {
    const controller = new AbortController();
    const { store, seen } = await storeOver(() => controller.abort());
    await expect(store.get('a', controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(1);
  });

  it('repeats after a reset in the middle of a body, and calls it truncated in the end', async () => {
    const { store, seen } = await storeOver((_, response, count) => {
      response.writeHead(200, { 'content-length': BODY.length });
      if (count === 2) response.end(BODY);
      else response.write(BODY.subarray(0, 7), () => response.destroy());
    });
    expect((await store.get('a', never)).retries).toBe(1);
    expect(seen).toHaveLength(2);
    await expect(store.get('b', never)).rejects.toMatchObject({ code: 'truncated' });
  });

  it('tells denied listing from denied reading, and a missing bucket from a missing file', async () => {
    const { store } = await storeOver((request, response) => {
      if (request.url?.includes('NoBucket')) sendError(response, 404, 'NoSuchBucket');
      else if (request.url?.includes('gone')) sendError(response, 404, 'NoSuchKey');
      else sendError(response, 403, 'AccessDenied');
    });
    await expect(store.list({ prefix: '' }, never)).rejects.toMatchObject({
      code: 'access-denied',
      advice: expect.stringContaining('s3:ListBucket'),
    });
    await expect(store.get('a', never)).rejects.toMatchObject({
      code: 'access-denied',
      advice: expect.stringContaining('s3:GetObject'),
    });
    await expect(store.get('gone', never)).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.get('NoBucket', never)).rejects.toMatchObject({ message: expect.stringContaining('no bucket') });
  });

  it('names no query string in its errors', async () => {
    const { store } = await storeOver((_, response) => sendError(response, 403, 'AccessDenied'));
    const error: unknown = await store.list({ prefix: 'secret-token' }, never).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('secret-token');
  });

  it('says that nobody answers', async () => {
    const location = { kind: 's3', bucketUrl: 'http://127.0.0.1:1/ocean/', prefix: '' } as const;
    const store = createS3Store(location, { retryPolicy: QUICK });
    await expect(store.list({ prefix: '' }, never)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no answer'),
    });
  });

  it('stops the network when it is aborted, while reading and while waiting to repeat', async () => {
    const closed: Promise<void>[] = [];
    const { store } = await storeOver((request, response) => {
      closed.push(new Promise((resolve) => request.socket.once('close', () => resolve())));
      response.writeHead(200, { 'content-length': BODY.length });
      response.write(BODY.subarray(0, 4), () => controller.abort());
    });
    const controller = new AbortController();
    await expect(store.get('a', controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });
});
