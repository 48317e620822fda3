import { Float32, Float64, Table, tableFromIPC, tableToIPC, Utf8, Vector } from 'apache-arrow';
import { afterEach, expect, it, vi } from 'vitest';
import { columnData } from './arrow-data';

afterEach(() => vi.unstubAllGlobals());

it('makes columns that are read as they were, nulls among them, without making code from text', () => {
  const forbidden = () => {
    throw new EvalError('the policy of the site forbids it');
  };
  vi.stubGlobal('Function', Object.assign(forbidden, { prototype: Function.prototype }));
  const columns = {
    text: new Vector([columnData(['a', null, 'ä😀', '', undefined], new Utf8())]),
    wide: new Vector([columnData([1.5, null, NaN, -0, 1e300], new Float64())]),
    narrow: new Vector([columnData([1.5, null, NaN, 0.25, -1], new Float32())]),
  };
  const read = tableFromIPC(tableToIPC(new Table(columns), 'stream'));
  expect([...(read.getChild('text') ?? [])]).toEqual(['a', null, 'ä😀', '', null]);
  expect([...(read.getChild('wide') ?? [])]).toEqual([1.5, null, NaN, -0, 1e300]);
  expect([...(read.getChild('narrow') ?? [])]).toEqual([1.5, null, NaN, 0.25, -1]);
});
