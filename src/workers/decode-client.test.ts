import { describe, expect, it } from 'vitest';
import { createDecoder, decoderCount } from './decode-client';
import type { DecoderReply, DecodeWorker } from './decode-client';

const request = (name: string) => ({ name, size: 0, parts: [], columns: [] });
const decoded: DecoderReply = { kind: 'decoded', rows: [], elapsed: 1 };

/** Workers that answer when they are told to. */
function manualWorkers() {
  const busy = new Map<string, { reply: (answer: DecoderReply) => void; fail: (reason: string) => void }>();
  const seen = { started: 0, ended: 0 };
  function start(onReply: (reply: DecoderReply) => void, onError: (reason: string) => void): DecodeWorker {
    seen.started++;
    return {
      postMessage({ name }) {
        const done = () => busy.delete(name);
        busy.set(name, {
          reply: (answer) => done() && onReply(answer),
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
