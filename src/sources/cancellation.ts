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

/** Waits; rejects as `cancelled` as soon as the signal is aborted. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelledError());
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(cancelledError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
