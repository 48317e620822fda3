import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initSync } from 'parquet-wasm/esm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeColumns } from './decoder';
import { createRehearsal, SAMPLE_COLUMNS } from './decoder-rehearsal';
import { readIpcSchema } from './ipc';

describe('createRehearsal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('begins in a quiet moment, waits while there is work, and comes to an end', async () => {
    let decoded = 0;
    const rehearsal = createRehearsal(() => Promise.resolve(void decoded++));
    rehearsal.resume();
    await vi.advanceTimersByTimeAsync(1900);
    rehearsal.pause();
    await vi.advanceTimersByTimeAsync(5000);
    expect(decoded).toBe(0);
    rehearsal.resume();
    await vi.advanceTimersByTimeAsync(2000);
    const begun = decoded;
    expect(begun).toBeGreaterThan(0);
    rehearsal.pause();
    await vi.advanceTimersByTimeAsync(5000);
    expect(decoded).toBe(begun);
    rehearsal.resume();
    await vi.runAllTimersAsync();
    const all = decoded;
    expect(all).toBeGreaterThan(begun);
    rehearsal.resume();
    await vi.runAllTimersAsync();
    expect(decoded).toBe(all);
  });

  it('gives up where the sample cannot be decoded', async () => {
    let tries = 0;
    const rehearsal = createRehearsal(() => {
      tries++;
      return Promise.reject(new Error('offline'));
    });
    rehearsal.resume();
    await vi.runAllTimersAsync();
    expect(tries).toBe(1);
  });
});

it('has a sample that the decoder can read', async () => {
  const wasm = createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm');
  initSync({ module: readFileSync(wasm) });
  const bytes = readFileSync(new URL('rehearsal.parquet', import.meta.url));
  const request = {
    name: 'rehearsal.parquet',
    size: bytes.byteLength,
    parts: [{ start: 0, bytes }],
    columns: SAMPLE_COLUMNS,
  };
  const [{ rows, ipc } = { rows: 0, ipc: null }] = await decodeColumns(request);
  expect(rows).toBe(180);
  expect(ipc && readIpcSchema(ipc).fields.map(({ name }) => name)).toEqual(SAMPLE_COLUMNS);
});
