import { proxy, releaseProxy, wrap } from 'comlink';
import type { ExportBatch, ExportOptions } from '../export/export-options';
import { LakeError } from '../lake/lake-error';
import { cancelledError } from '../sources/cancellation';
import type { ExportSession } from './export-session';

/**
 * Writes rows as a file in a worker of its own, so that the page stays alive.
 * @param take takes the pieces of the file, one after the other
 * @throws LakeError, `cancelled` where `signal` stopped it
 */
export async function exportInWorker(
  options: ExportOptions,
  batches: AsyncIterator<ExportBatch>,
  take: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const worker = new Worker(new URL('./export.worker.ts', import.meta.url), { type: 'module', name: 'export' });
  const session = wrap<ExportSession>(worker);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(cancelledError()), { once: true });
    worker.addEventListener('error', (event) => reject(exportFailed(event.message)));
  });
  stopped.catch(() => undefined);
  // Errors lose their kind on the way through the worker; the first one is kept here.
  let failure: unknown;
  const kept = <Value>(work: Promise<Value>): Promise<Value> =>
    work.catch((error: unknown) => {
      failure ??= error;
      throw error;
    });
  const next = async () => {
    if (signal.aborted) throw cancelledError();
    const step = await batches.next();
    return step.done === true ? undefined : step.value;
  };
  try {
    const writing = session.write(
      options,
      proxy(() => kept(next())),
      proxy((bytes: Uint8Array) => kept(take(bytes))),
    );
    await Promise.race([writing, stopped]);
  } catch (error) {
    const first = failure ?? error;
    throw first instanceof LakeError ? first : exportFailed(first instanceof Error ? first.message : String(first));
  } finally {
    session[releaseProxy]();
    worker.terminate();
  }
}

function exportFailed(reason: string): LakeError {
  return new LakeError({
    code: 'unexpected',
    message: `The file could not be written: ${reason}`,
    advice: 'Choose another format, or fewer rows, and try again.',
  });
}
