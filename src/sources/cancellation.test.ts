import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { delay, whenAborted } from './cancellation';

it('any number wait for a signal by one listener, and whoever waits no longer is not called', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const heard: number[] = [];
  const forgets = Array.from({ length: 500 }, (_, index) => whenAborted(signal, () => heard.push(index)));
  const waits = Array.from({ length: 20 }, () => delay(60_000, signal));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  for (const forget of forgets.slice(2)) forget();
  controller.abort();
  expect(heard).toEqual([0, 1]);
  for (const { status } of await Promise.allSettled(waits)) expect(status).toBe('rejected');
});
