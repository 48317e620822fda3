import { afterEach, describe, expect, it } from 'vitest';
import {
  faultAlways,
  faultsAtRandom,
  faultsByNumber,
  startFaultServer,
  type Fault,
  type FaultPlan,
} from './fault-server';
import type { LatencyServer, LoggedRequest } from './latency-server';
import type { ServedStore } from './served-store';

const BODY = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
const store: ServedStore = {
  list: () => Promise.resolve({ files: [], commonPrefixes: [] }),
  open: () =>
    Promise.resolve({
      size: BODY.byteLength,
      etag: '"real"',
      modified: new Date(0),
      read: (start, end) => Promise.resolve(BODY.subarray(start, end)),
    }),
};

let server: LatencyServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function start(plan: FaultPlan): Promise<string> {
  server = await startFaultServer({ buckets: { lake: store }, plan });
  return `${server.url}lake/object`;
}

const always = (fault: Fault): Promise<string> => start(faultAlways(fault));

describe('startFaultServer', () => {
  it('refuses by number and serves the rest as it should', async () => {
    const url = await start(
      faultsByNumber({ 1: { kind: 'status', status: 503 }, 3: { kind: 'status', status: 429, retryAfter: 7 } }),
    );
    const answers = [await fetch(url), await fetch(url), await fetch(url), await fetch(url)];
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 429, 200]);
    expect(answers[2]?.headers.get('retry-after')).toBe('7');
    expect(await answers[0]?.text()).toContain('<Code>SlowDown</Code>');
    expect(new Uint8Array((await answers[1]?.arrayBuffer()) ?? [])).toEqual(BODY);
  });

  it('says that keys have expired', async () => {
    const answer = await fetch(await always({ kind: 'expired-keys' }));
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>ExpiredToken</Code>');
  });

  it.each<Fault>([
    { kind: 'reset', afterBytes: 1000 },
    { kind: 'wrong-length', missing: 10 },
  ])('breaks off in mid-body: $kind', async (fault) => {
    const answer = await fetch(await always(fault));
    expect(answer.headers.get('content-length')).toBe('5000');
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('leaves out bytes without a sign of it', async () => {
    const url = await always({ kind: 'short-body', missing: 10 });
    const answer = await fetch(url, { headers: { range: 'bytes=0-99' } });
    expect(answer.headers.get('content-range')).toBe('bytes 0-99/5000');
    expect((await answer.arrayBuffer()).byteLength).toBe(90);
  });

  it('changes the entity tag, hides the answer from pages, and garbles it', async () => {
    const url = await start(
      faultsByNumber({
        1: { kind: 'changed-etag', etag: '"other"' },
        2: { kind: 'no-cors' },
        3: { kind: 'garbled' },
      }),
    );
    expect((await fetch(url)).headers.get('etag')).toBe('"other"');
    expect((await fetch(url)).headers.has('access-control-allow-origin')).toBe(false);
    const garbled = new Uint8Array(await (await fetch(url)).arrayBuffer());
    expect(garbled).toHaveLength(BODY.byteLength);
    expect(garbled.some((byte, index) => byte === BODY[index])).toBe(false);
  });

  it('sends in small pieces, and stops when the client leaves', async () => {
    const url = await always({ kind: 'trickle', pieceBytes: 100, pauseMs: 5 });
    expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(BODY);
    const leaving = new AbortController();
    const answer = await fetch(url, { signal: leaving.signal });
    leaving.abort();
    await expect(answer.arrayBuffer()).rejects.toThrow('aborted');
    const { bytes } = server?.requests.at(-1) ?? { bytes: 0 };
    expect(bytes).toBeLessThan(BODY.byteLength);
  });

  it('keeps silent until the client gives up', async () => {
    const url = await always({ kind: 'stall' });
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  });
});

describe('faultsAtRandom', () => {
  const request = (key: string): LoggedRequest => ({
    number: 0,
    kind: 'get',
    bucket: 'lake',
    key,
    query: new URLSearchParams(),
    status: 0,
    bytes: 0,
  });
  const faults: Fault[] = [{ kind: 'status', status: 500 }, { kind: 'stall' }];
  const keys = Array.from({ length: 4000 }, (_, number) => `file ${number}`);

  it('strikes as often as it was told, with each fault alike', () => {
    const plan = faultsAtRandom(1, 0.25, faults);
    const struck = keys.map((key) => plan(request(key))?.kind);
    expect(struck.filter((kind) => kind === 'status').length / keys.length).toBeCloseTo(0.125, 1);
    expect(struck.filter((kind) => kind === 'stall').length / keys.length).toBeCloseTo(0.125, 1);
  });

  it('gives each request the same fate in any order, and another one to its repetition', () => {
    const forwards = faultsAtRandom(7, 0.5, faults);
    const backwards = faultsAtRandom(7, 0.5, faults);
    const fates = new Map(keys.map((key) => [key, forwards(request(key))]));
    for (const key of keys.toReversed()) expect(backwards(request(key))).toEqual(fates.get(key));
    expect(keys.some((key) => forwards(request(key))?.kind !== fates.get(key)?.kind)).toBe(true);
  });
});
