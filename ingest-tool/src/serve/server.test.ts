import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import securityHeaders from '../../../security-headers.json';
import { startServer, type RunningServer, type ServerOptions } from './server';

const OBJECT = 'station=a b/day=1+1/100%.parquet';
const OBJECT_PATH = '/lake/station%3Da%20b/day=1+1/100%25.parquet';
const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

let folder: string;
let server: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidelake-server-'));
  await write(`lake/${OBJECT}`, BYTES);
  await write('lake/empty.csv', '');
  await write('secret.txt', 'secret');
  await write('site/index.html', '<!doctype html>');
  await write('site/assets/engine-D0cq2xZe.wasm', 'plain');
  await write('site/assets/engine-D0cq2xZe.wasm.gz', gzipSync('plain'));
  await write('site/icon.svg', '<svg/>');
  server = await serve();
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, content: string | Buffer): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

function serve(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return startServer({ lake: path.join(folder, 'lake'), site: path.join(folder, 'site'), ...options });
}

async function restart(options: Partial<ServerOptions>): Promise<void> {
  await server.close();
  server = await serve(options);
}

/** Sends a path as it stands: fetch would take `..` out of it. */
function ask(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port: server.port, host: '127.0.0.1', path: target, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('objects of the lake', () => {
  it('are sent with length, type, strong tag, time and request id', async () => {
    const { status, headers, body } = await ask(OBJECT_PATH);
    expect(status).toBe(200);
    expect(body).toEqual(BYTES);
    expect(headers).toMatchObject({
      'content-length': '1000',
      'content-type': 'application/vnd.apache.parquet',
      'accept-ranges': 'bytes',
    });
    expect(headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(headers['last-modified']).toMatch(/GMT$/);
    expect(headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
  });

  it('are described by HEAD without a body', async () => {
    const { status, headers, body } = await ask(OBJECT_PATH, {}, 'HEAD');
    expect({ status, length: headers['content-length'], sent: body.length }).toEqual({
      status: 200,
      length: '1000',
      sent: 0,
    });
  });

  it('are sent in part', async () => {
    const part = await ask(OBJECT_PATH, { range: 'bytes=-8' });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe('bytes 992-999/1000');
    expect(part.body).toEqual(BYTES.subarray(992));
    const beyond = await ask(OBJECT_PATH, { range: 'bytes=1000-' });
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe('bytes */1000');
    expect(beyond.text).toContain('<Code>InvalidRange</Code>');
  });

  it('may be empty', async () => {
    expect(await ask('/lake/empty.csv')).toMatchObject({ status: 200, text: '' });
  });

  it('are not sent again while the tag fits, and their tag changes when they do', async () => {
    const { headers } = await ask(OBJECT_PATH);
    const etag = headers.etag ?? '';
    expect(await ask(OBJECT_PATH, { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    await write(`lake/${OBJECT}`, Buffer.from('other'));
    const changed = await ask(OBJECT_PATH, { 'if-none-match': etag });
    expect(changed).toMatchObject({ status: 200, text: 'other' });
    expect(await ask(OBJECT_PATH, { 'if-match': etag })).toMatchObject({ status: 412 });
  });

  it('carry the tag that the listing gives', async () => {
    const { headers } = await ask(OBJECT_PATH);
    const { text } = await ask('/lake?list-type=2');
    expect(text).toContain(`<ETag>${(headers.etag ?? '').replaceAll('"', '&quot;')}</ETag><Size>1000</Size>`);
  });

  it.each([
    ['/lake/none.parquet', 404, 'NoSuchKey'],
    ['/lake/station%3Da%20b/', 404, 'NoSuchKey'],
    ['/lake/station%3Da%20b', 404, 'NoSuchKey'],
    ['/lake/%ZZ', 400, 'InvalidURI'],
    ['/lake/', 501, 'NotImplemented'],
    ['/lake/?list-type=2&max-keys=-1', 400, 'InvalidArgument'],
    ['/lake/?list-type=2&max-keys=x', 400, 'InvalidArgument'],
    ['/lake/?list-type=2&encoding-type=x', 400, 'InvalidArgument'],
    ['/lake/?list-type=2&continuation-token=x', 400, 'InvalidArgument'],
    ['/lake/?list-type=2&continuation-token=', 400, 'InvalidArgument'],
  ])('%s is refused as S3 does: %d %s', async (target, status, code) => {
    const answer = await ask(target);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });

  it('cannot be written', async () => {
    for (const method of ['PUT', 'POST', 'DELETE']) {
      const answer = await ask(OBJECT_PATH, {}, method);
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
    }
  });

  it('are gone with their bucket', async () => {
    await rm(path.join(folder, 'lake'), { recursive: true });
    expect((await ask('/lake/?list-type=2')).text).toContain('<Code>NoSuchBucket</Code>');
    await mkdir(path.join(folder, 'lake'));
  });
});

describe('what is outside', () => {
  it.each([
    '/lake/../secret.txt',
    '/lake/..%2fsecret.txt',
    '/lake/%2e%2e/secret.txt',
    '/lake/a/../../secret.txt',
    '/lake//secret.txt',
    '/lake/%2Fetc/passwd',
    '/lake/..%5csecret.txt',
    '/lake/empty.csv%00.parquet',
    '/lake/./empty.csv',
    '/lake/link.txt',
    '/lake/outside/secret.txt',
    '/lake/.hidden',
    '/lake/_tidelake/tmp/x',
    '/lake/_tidelake/lock',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/index.html%00',
  ])('%s is not served', async (target) => {
    await symlink(path.join(folder, 'secret.txt'), path.join(folder, 'lake/link.txt'));
    await symlink(folder, path.join(folder, 'lake/outside'));
    for (const name of ['.hidden', '_tidelake/tmp/x', '_tidelake/lock']) await write(`lake/${name}`, 'secret');
    const answer = await ask(target);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toMatch(/secret$|root:/);
  });
});

describe('other origins', () => {
  it('may read, and see the headers they need', async () => {
    for (const target of [OBJECT_PATH, '/lake/none', '/lake/?list-type=2']) {
      const { headers } = await ask(target, { origin: 'https://example.org' });
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['access-control-expose-headers']).toMatch(/Content-Length.*Content-Range.*ETag/);
    }
  });

  it('are told so when they ask before', async () => {
    const answer = await ask(OBJECT_PATH, { 'access-control-request-headers': 'range, if-none-match' }, 'OPTIONS');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'range, if-none-match',
    });
  });

  it('are left without a word where CORS is off', async () => {
    await restart({ cors: false });
    expect((await ask(OBJECT_PATH)).headers).not.toHaveProperty('access-control-allow-origin');
    expect(await ask(OBJECT_PATH, {}, 'OPTIONS')).toMatchObject({ status: 403 });
  });

  it('see that a bucket denies', async () => {
    await restart({ deny: true });
    for (const target of [OBJECT_PATH, '/lake/?list-type=2']) {
      const answer = await ask(target);
      expect(answer).toMatchObject({ status: 403, headers: { 'access-control-allow-origin': '*' } });
      expect(answer.text).toContain('<Code>AccessDenied</Code>');
    }
    expect((await ask('/')).status).toBe(200);
  });
});

describe('the site', () => {
  it('has the security headers and the right types', async () => {
    const page = await ask('/');
    expect(page).toMatchObject({ status: 200, text: '<!doctype html>' });
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    for (const [name, value] of Object.entries(securityHeaders)) expect(page.headers[name.toLowerCase()]).toBe(value);
    expect((await ask('/icon.svg')).headers['content-type']).toBe('image/svg+xml');
  });

  it('keeps files named after their content for ever', async () => {
    expect((await ask('/assets/engine-D0cq2xZe.wasm')).headers).toMatchObject({
      'content-type': 'application/wasm',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('sends the compressed sibling to those that take it', async () => {
    const target = '/assets/engine-D0cq2xZe.wasm';
    const packed = await ask(target, { 'accept-encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(packed.headers['content-type']).toBe('application/wasm');
    expect(packed.body).toEqual(gzipSync('plain'));
    for (const headers of [{}, { 'accept-encoding': 'gzip;q=0' }, { 'accept-encoding': 'gzip', range: 'bytes=0-4' }]) {
      const plain = await ask(target, headers);
      expect(plain).toMatchObject({ text: 'plain' });
      expect(plain.headers.etag).not.toBe(packed.headers.etag);
    }
  });

  it('answers 404 for anything else, and says when it is not built', async () => {
    expect(await ask('/none')).toMatchObject({ status: 404, text: 'Not found.\n' });
    await server.close();
    server = await startServer({ lake: path.join(folder, 'lake') });
    expect((await ask('/')).text).toContain('npm run build:site');
  });
});

describe('requests', () => {
  it('are recorded with what was asked and what was sent', async () => {
    const seen = vi.fn();
    await restart({ onRequest: seen });
    await ask(`${OBJECT_PATH}?x=1`, { range: 'bytes=0-9' });
    await ask('/lake/none', {}, 'HEAD');
    await vi.waitFor(() => expect(server.requests).toHaveLength(2));
    const record = { method: 'GET', path: OBJECT_PATH, query: 'x=1', range: 'bytes=0-9', status: 206, bytes: 10 };
    expect(server.requests[0]).toEqual({ ...record, time: expect.stringMatching(/Z$/) as unknown });
    expect(server.requests[1]).toMatchObject({ method: 'HEAD', status: 404, bytes: 0, range: null });
    expect(seen).toHaveBeenCalledTimes(2);
  });

  it('stop when the client leaves, and the server goes on', async () => {
    await write('lake/big.bin', Buffer.alloc(64 * 1024 * 1024));
    await new Promise<void>((resolve, reject) => {
      const leaving = request({ port: server.port, host: '127.0.0.1', path: '/lake/big.bin' }, (response) => {
        response.once('data', () => response.destroy());
        response.once('close', resolve);
      });
      leaving.on('error', reject);
      leaving.end();
    });
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    expect(server.requests[0]?.bytes).toBeLessThan(64 * 1024 * 1024);
    expect(await ask('/lake/empty.csv')).toMatchObject({ status: 200 });
  });

  it('are broken off where a file shrinks while it is sent', async () => {
    await write('lake/big.bin', Buffer.alloc(64 * 1024 * 1024));
    const cut = new Promise((resolve, reject) => {
      const reading = request({ port: server.port, host: '127.0.0.1', path: '/lake/big.bin' }, (response) => {
        response.once('readable', () => {
          void truncate(path.join(folder, 'lake/big.bin'), 1).then(() => response.resume());
        });
        response.once('error', resolve);
        response.once('end', () => reject(new Error('the loss was not seen')));
      });
      reading.end();
    });
    expect(await cut).toMatchObject({ code: 'ECONNRESET' });
  });

  it('that wait for the latency are given up when the client leaves', async () => {
    await restart({ latencyMs: 60_000 });
    const leaving = new AbortController();
    const asked = fetch(`${server.lakeUrl}?list-type=2`, { signal: leaving.signal });
    await vi.waitFor(() => expect(server.requests).toHaveLength(0));
    setTimeout(() => leaving.abort(), 100);
    await expect(asked).rejects.toThrow();
    await vi.waitFor(() => expect(server.requests).toMatchObject([{ status: 499, bytes: 0 }]));
    expect(await ask('/')).toMatchObject({ status: 200 });
  });

  it('of many kept-alive connections do not keep the server from closing', async () => {
    await Promise.all(Array.from({ length: 20 }, () => fetch(server.url).then((response) => response.text())));
    await server.close(60_000);
    await expect(fetch(server.url)).rejects.toThrow();
    server = await serve();
  });
});
