import { expect, it } from 'vitest';
import { RowBuffers } from './row-buffers';

it('hands out again what came back, if it is large enough', () => {
  const buffers = new RowBuffers();
  const first = buffers.take(1000);
  const second = buffers.take(1000);
  expect(second).not.toBe(first);
  buffers.give(first);
  expect(buffers.take(900)).toBe(first);
  buffers.give(second);
  const larger = buffers.take(5000);
  expect(larger.byteLength).toBeGreaterThanOrEqual(5000);
  expect(buffers.take(1000), 'what was too small is not kept').not.toBe(second);
});
