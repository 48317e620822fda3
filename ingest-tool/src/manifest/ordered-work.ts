/**
 * Works on items some at a time and gives the results in the order of the items. No more than `lanes` are under way or
 * waiting for the one before them.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  lanes: number,
  work: (item: T) => Promise<R> | R,
): AsyncGenerator<R> {
  const underWay: (Promise<R> | R)[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // A failure is passed on in its turn; until then it must not count as unhandled.
      if (result instanceof Promise) result.catch(() => undefined);
      underWay.push(result);
      const first = underWay.length >= lanes ? underWay.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) yield await first;
  } finally {
    await Promise.allSettled(underWay);
  }
}
