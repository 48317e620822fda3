import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLatencyServer, type LatencyServer } from './latency-server';
import { createFolderStore } from './served-store';
import { SimulatedLake } from './simulated-lake';

let folder = '';
let server: LatencyServer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidelake-bucket-'));
  await mkdir(path.join(folder, 'station=a b+c'));
  await writeFile(path.join(folder, 'station=a b+c', 'data.bin'), '0123456789');
});

afterEach(async () => {
  await server?.close();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function startOnFolder(protocol: 'h1' | 'h2' = 'h1'): Promise<LatencyServer> {
  server = await startLatencyServer({ buckets: { sea: createFolderStore(folder) }, protocol });
  return server;
}

/** One GET over HTTP/2, which Node's own fetch does not speak. */
async function getOverHttp2(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const { origin, pathname, search } = new URL(url);
  const session = connect(origin, { rejectUnauthorized: false });
  const stream = session.request({ ':path': pathname + search, ...headers });
  const answered = new Promise<number>((resolve) => {
    stream.once('response', (head) => resolve(Number(head[':status'])));
  });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  session.close();
  return { status: await answered, text };
}

describe('startLatencyServer', () => {
  it('answers objects, ranges and listings of a folder with CORS, and logs each request', async () => {
    const { url, requests } = await startOnFolder();
    const key = 'station=a%20b%2Bc/data.bin';
    const whole = await fetch(`${url}sea/${key}`);
    expect(await whole.text()).toBe('0123456789');
    expect(whole.headers.get('access-control-allow-origin')).toBe('*');
    const part = await fetch(`${url}sea/${key}`, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    expect(part.headers.get('etag')).toBe(whole.headers.get('etag'));
    const listing = await (await fetch(`${url}sea?list-type=2&encoding-type=url`)).text();
    expect(listing).toContain('<Key>station%3Da+b%2Bc/data.bin</Key>');
    expect(listing).toContain('<Size>10</Size>');
    expect(requests.map(({ kind, key, range, status, bytes }) => [kind, key, range, status, bytes])).toEqual([
      ['get', 'station=a b+c/data.bin', undefined, 200, 10],
      ['get', 'station=a b+c/data.bin', 'bytes=2-4', 206, 3],
      ['list', '', undefined, 200, Buffer.byteLength(listing)],
    ]);
  });

  it('answers what is not there as S3 does', async () => {
    const { url, count } = await startOnFolder();
    expect(await (await fetch(`${url}sea/nothing`)).text()).toContain('<Code>NoSuchKey</Code>');
    expect(await (await fetch(`${url}lake?list-type=2`)).text()).toContain('<Code>NoSuchBucket</Code>');
    expect((await fetch(`${url}sea?list-type=2&continuation-token=made-up`)).status).toBe(400);
    expect((await fetch(`${url}sea/nothing`, { method: 'HEAD' })).status).toBe(404);
    expect([count('get'), count('list'), count('head'), count('preflight')]).toEqual([1, 2, 1, 0]);
  });

  it('serves the same over HTTP/2', async () => {
    const { url, requests } = await startOnFolder('h2');
    const key = `${url}sea/station=a%20b%2Bc/data.bin`;
    expect(await getOverHttp2(key)).toEqual({ status: 200, text: '0123456789' });
    expect(await getOverHttp2(key, { range: 'bytes=8-' })).toEqual({ status: 206, text: '89' });
    expect(requests.map(({ bytes }) => bytes)).toEqual([10, 2]);
  });

  it('lists a lake that does not exist', async () => {
    server = await startLatencyServer({ buckets: { year: new SimulatedLake() } });
    const listing = await (await fetch(`${server.url}year/?list-type=2&delimiter=/`)).text();
    expect(listing.match(/<CommonPrefixes>/g)).toHaveLength(500);
    expect(listing).toContain('<IsTruncated>false</IsTruncated>');
  });
});
