import { cancelledError, whenAborted } from '../sources/cancellation';

/** Runs tasks one after another in the order they came; one whose signal is aborted while it waits never starts. */
export type Lock = <Value>(signal: AbortSignal, task: () => Promise<Value>) => Promise<Value>;

/** A lock that nobody holds. */
export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return <Value>(signal: AbortSignal, task: () => Promise<Value>) => {
    const turn = last.then(() => {
      if (signal.aborted) throw cancelledError();
      return task();
    });
    last = turn.catch(() => undefined);
    return new Promise<Value>((resolve, reject) => {
      // Whoever asked is told at once; a task that already runs holds the lock until it has ended by itself.
      const forget = whenAborted(signal, () => reject(cancelledError()));
      turn.then(resolve, reject).finally(forget);
    });
  };
}
