import { throwIfCancelled } from './cancellation';

/**
 * Does a piece of work for every item, at most `lanes` at a time, and gives the results in the items' order. The first
 * failure stops everything that is under way.
 * @throws that failure, or `cancelled` once the signal is aborted
 */
export async function runInLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  throwIfCancelled(signal);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const results = new Map<number, Result>();
  const queue = items.entries();

  async function lane(): Promise<void> {
    for (const [index, item] of queue) {
      if (either.aborted) return;
      results.set(index, await work(item, either));
    }
  }

  const all = Array.from({ length: Math.min(lanes, items.length) }, lane);
  try {
    await Promise.all(all);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(all);
    throwIfCancelled(signal);
    throw error;
  }
  throwIfCancelled(signal);
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}

/**
 * Does a piece of work for every item of a bag, in any order, at most `lanes` at a time; work may put more items into
 * the bag. The first failure stops everything that is under way.
 * @throws that failure, or `cancelled` once the signal is aborted
 */
export async function emptyBag<Item extends object>(
  bag: Item[],
  lanes: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Item[]>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = [...bag];
  let next = 0;
  let underWay = 0;
  let failure: { error: unknown } | undefined;

  async function handle(item: Item): Promise<void> {
    try {
      queue.push(...(await work(item, either)));
    } catch (error) {
      failure ??= { error };
      failed.abort();
    }
  }

  await new Promise<void>((done) => {
    function fillLanes(): void {
      for (; underWay < lanes && !either.aborted; underWay++) {
        const item = queue[next];
        if (item === undefined) break;
        next++;
        void handle(item).finally(() => {
          underWay--;
          fillLanes();
        });
      }
      if (underWay === 0) done();
    }
    fillLanes();
  });
  throwIfCancelled(signal);
  if (failure) throw failure.error;
}
