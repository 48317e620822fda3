import { compareKeys } from '../serve/key-order';

/**
 * Brings two streams together that are both in the order of their keys.
 * @returns pairs of what has one key; either side may be missing
 */
export async function* merged<First, Second>(
  first: AsyncIterable<First>,
  keyOfFirst: (item: First) => string,
  second: AsyncIterable<Second>,
  keyOfSecond: (item: Second) => string,
): AsyncGenerator<[First | undefined, Second | undefined]> {
  const left = first[Symbol.asyncIterator]();
  const right = second[Symbol.asyncIterator]();
  try {
    let a = await left.next();
    let b = await right.next();
    while (a.done !== true || b.done !== true) {
      const order = a.done === true ? 1 : b.done === true ? -1 : compareKeys(keyOfFirst(a.value), keyOfSecond(b.value));
      const pair: [First | undefined, Second | undefined] = [
        order <= 0 && a.done !== true ? a.value : undefined,
        order >= 0 && b.done !== true ? b.value : undefined,
      ];
      yield pair;
      if (order <= 0) a = await left.next();
      if (order >= 0) b = await right.next();
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}
