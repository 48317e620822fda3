import { setMaxListeners } from 'node:events';

/**
 * Works through items with so many at a time, taking the next as soon as one is done, so that a list of any length takes
 * little memory. The first failure stops the others.
 * @param work is given a signal that is also aborted by the failure of another item
 * @throws what failed first, once all that was under way has ended
 */
export async function runInLanes<Item>(
  items: AsyncIterator<Item> | Iterator<Item>,
  lanes: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  // Each request under way listens to it.
  setMaxListeners(0, either);
  let failure: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    try {
      for (let next = await items.next(); next.done !== true; next = await items.next()) {
        either.throwIfAborted();
        await work(next.value, either);
      }
    } catch (error) {
      failure ??= { error };
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await items.return?.();
  if (failure !== undefined) throw failure.error;
}
