import { LakeError } from '../lake/lake-error';

/** The error every aborted journey ends in. */
export function cancelledError(): LakeError {
  return new LakeError({
    code: 'cancelled',
    message: 'The query was cancelled.',
    advice: 'Run it again when you like.',
  });
}

/** @throws LakeError `cancelled` once the signal is aborted */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError();
}

const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once a signal is aborted. Requests by the hundred wait for one query's signal, so they share one listener.
 * @returns how to wait for it no longer
 */
export function whenAborted(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  callbacksOf.set(signal, callbacks);
  signal.addEventListener('abort', () => callbacks.forEach((callback) => callback()), { once: true });
  return callbacks;
}

/** Waits; rejects as `cancelled` as soon as the signal is aborted. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelledError());
      return;
    }
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
    const forget = whenAborted(signal, () => {
      clearTimeout(timer);
      reject(cancelledError());
    });
  });
}
