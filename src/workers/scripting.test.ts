import { describe, expect, it } from 'vitest';
import { emptyReceipt } from '../lake/receipt';
import type { LakeClient } from './client';
import type { QueryResult } from './protocol';
import { createScriptingApi, toScriptResult } from './scripting';

const result: QueryResult = {
  rowCount: 2,
  receipt: emptyReceipt(),
  columns: [
    { name: 't', sqlType: 'TIMESTAMP', kind: 'timestamp', values: Float64Array.of(0, Infinity) },
    { name: 'd', sqlType: 'DATE', kind: 'date', values: Float64Array.of(86_400_000, -62_198_755_200_000) },
    { name: 'v', sqlType: 'DOUBLE', kind: 'number', values: Float64Array.of(1.5, 0), valid: Uint8Array.of(1, 0) },
    { name: 'v', sqlType: 'BIGINT', kind: 'bigint', values: BigInt64Array.of(2n ** 60n, 1n) },
    { name: 'v_1', sqlType: 'BOOLEAN', kind: 'boolean', values: Uint8Array.of(1, 0) },
    { name: 's', sqlType: 'VARCHAR', kind: 'text', values: ['a', ''] },
  ],
};

describe('toScriptResult', () => {
  it('makes plain rows with ISO times, nulls and distinct names', () => {
    const { columns, rows } = toScriptResult(result);
    expect(columns.map(({ name }) => name)).toEqual(['t', 'd', 'v', 'v_1', 'v_1_1', 's']);
    expect(rows).toEqual([
      { t: '1970-01-01T00:00:00.000Z', d: '1970-01-02', v: 1.5, v_1: 2n ** 60n, v_1_1: true, s: 'a' },
      { t: null, d: '-000001-01-01', v: null, v_1: 1n, v_1_1: false, s: '' },
    ]);
  });
});

describe('createScriptingApi', () => {
  it('cancels its own calls and takes new ones afterwards', async () => {
    const signals: AbortSignal[] = [];
    const client: LakeClient = {
      open: () => Promise.reject(new Error('not asked for')),
      attach: () => Promise.reject(new Error('not asked for')),
      detach: () => Promise.reject(new Error('not asked for')),
      foresee: () => undefined,
      query: (_, options) => {
        if (options?.signal) signals.push(options.signal);
        return Promise.resolve(result);
      },
      estimate: (_, options) => {
        if (options?.signal) signals.push(options.signal);
        return Promise.resolve({ files: 0, bytes: 0, requests: 0, answeredBy: emptyReceipt().answeredBy, scans: [] });
      },
      catalogue: (signal) => {
        if (signal) signals.push(signal);
        return Promise.resolve({ files: 0, bytes: 0, rows: 0, span: null, stationKey: null, days: [], columns: [] });
      },
      clearCache: () => Promise.resolve(),
      native: () => Promise.reject(new Error('not asked for')),
      terminate: () => undefined,
    };
    const api = createScriptingApi(client);
    await api.query('SELECT 1');
    await api.estimate('SELECT 1');
    await api.catalogue();
    api.cancel();
    await api.query('SELECT 2');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, false]);
  });
});
