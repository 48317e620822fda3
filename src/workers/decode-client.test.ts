import { describe, expect, it } from 'vitest';
import { createDecoder, decoderCount } from './decode-client';
import type { DecodeWorker } from './decode-client';
import type { DecoderReply } from './decoder-protocol';

const request = (name: string, bytes = 0) => ({
  ...{ name, size: bytes, columns: [] },
  parts: [{ start: 0, bytes: new Uint8Array(bytes) }],
});
const decoded: DecoderReply = { kind: 'decoded', rows: [], elapsed: 1 };

/** Workers that answer when they are told to; what they are at goes by the names of its files. */
function manualWorkers() {
  const busy = new Map<string, { reply: (...answers: DecoderReply[]) => void; fail: (reason: string) => void }>();
  const seen = { started: 0, ended: 0 };
  function start(onReplies: (replies: DecoderReply[]) => void, onError: (reason: string) => void): DecodeWorker {
    seen.started++;
    return {
      postMessage(requests) {
        const names = requests.map(({ name }) => name).join(' ');
        const done = () => busy.delete(names);
        busy.set(names, {
          reply: (...answers) => done() && onReplies(answers),
          fail: (reason) => done() && onError(reason),
        });
      },
      terminate: () => void seen.ended++,
    };
  }
  return { start, seen, busy, names: () => [...busy.keys()] };
}

describe('createDecoder', () => {
  it('starts one worker at once, and others while files wait, up to its number', async () => {
    const { start, seen, busy, names } = manualWorkers();
    const decoder = createDecoder(start, 2);
    expect(seen.started).toBe(1);
    const a = decoder.decode(request('a'));
    expect(seen.started).toBe(1);
    const b = decoder.decode(request('b'));
    const c = decoder.decode(request('c'));
    expect(seen.started).toBe(2);
    expect(names()).toEqual(['a', 'b']);
    // In any order.
    busy.get('b')?.reply(decoded);
    await b;
    expect(names()).toEqual(['a', 'c']);
    busy.get('c')?.reply(decoded);
    busy.get('a')?.reply(decoded);
    await Promise.all([a, c]);
    expect(seen).toEqual({ started: 2, ended: 0 });
    decoder.terminate();
    expect(seen.ended).toBe(2);
  });

  it('gives small files that wait to a worker together', async () => {
    const { start, busy, names } = manualWorkers();
    const decoder = createDecoder(start, 1);
    const small = ['a', 'b', 'c'].map((name) => decoder.decode(request(name, 10)));
    const large = decoder.decode(request('large', 1 << 20));
    const last = decoder.decode(request('d', 10));
    expect(names()).toEqual(['a']);
    busy.get('a')?.reply(decoded);
    expect(names()).toEqual(['b c']);
    busy.get('b c')?.reply(decoded, { kind: 'failed', error: { code: 'not-parquet', message: 'c', advice: '' } });
    await small[1];
    await expect(small[2]).rejects.toMatchObject({ code: 'not-parquet', message: 'c' });
    expect(names()).toEqual(['large']);
    busy.get('large')?.reply(decoded);
    busy.get('d')?.reply(decoded);
    await Promise.all([small[0], large, last]);
    decoder.terminate();
  });

  it('tries files again alone whose worker has crashed on one of them', async () => {
    const { start, seen, busy, names } = manualWorkers();
    const decoder = createDecoder(start, 1);
    const first = decoder.decode(request('first'));
    const good = decoder.decode(request('good'));
    const bad = decoder.decode(request('bad'));
    const later = decoder.decode(request('later'));
    busy.get('first')?.reply(decoded);
    busy.get('good bad later')?.fail('Uncaught RuntimeError: unreachable');
    expect(names()).toEqual(['good']);
    busy.get('good')?.reply(decoded);
    busy.get('bad')?.fail('Uncaught RuntimeError: unreachable');
    busy.get('later')?.reply(decoded);
    await Promise.all([first, good, later]);
    await expect(bad).rejects.toMatchObject({ code: 'not-parquet', message: expect.stringContaining('bad') as string });
    expect(seen).toEqual({ started: 3, ended: 2 });
    decoder.terminate();
  });

  it('replaces a worker that a file has crashed, and loses no other file', async () => {
    const { start, seen, busy, names } = manualWorkers();
    const decoder = createDecoder(start, 1);
    const bad = decoder.decode(request('bad'));
    const good = decoder.decode(request('good'));
    busy.get('bad')?.fail('Uncaught RuntimeError: unreachable');
    await expect(bad).rejects.toMatchObject({ code: 'not-parquet', message: expect.stringContaining('bad') as string });
    expect(seen).toEqual({ started: 2, ended: 1 });
    expect(names()).toEqual(['good']);
    busy.get('good')?.reply(decoded);
    expect(await good).toEqual(decoded);
    decoder.terminate();
  });

  it('says so where a worker cannot run at all', async () => {
    const { start, busy } = manualWorkers();
    const decoder = createDecoder(start, 1);
    const failing = decoder.decode(request('a'));
    busy.get('a')?.fail('no module');
    await expect(failing).rejects.toMatchObject({ code: 'unexpected' });
    decoder.terminate();
  });
});

describe('decoderCount', () => {
  it('leaves cores to the engine and the page, and memory to everybody', () => {
    expect(decoderCount(1, undefined)).toBe(1);
    expect(decoderCount(2, 8)).toBe(1);
    expect(decoderCount(4, 8)).toBe(2);
    expect(decoderCount(16, 8)).toBe(4);
    expect(decoderCount(16, 4)).toBe(2);
  });
});
