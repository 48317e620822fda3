import { parentPort } from 'node:worker_threads';
import { describeFailure, type ThreadAnswer } from './thread-answer';

/**
 * Makes this thread answer the jobs that a `Thread` sends it, each as it comes.
 * @param transferOf buffers of a result that go over without a copy
 * @throws Error on the main thread
 */
export function answerJobs<Job, Result>(
  run: (job: Job) => Promise<Result>,
  transferOf: (result: Result) => readonly Uint8Array[],
): void {
  const port = parentPort;
  if (port === null) throw new Error('this file is the start of a thread');
  const answer = (message: ThreadAnswer<Result>, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  port.on('message', ({ id, job }: { id: number; job: Job }) => {
    run(job).then(
      (result) => answer({ id, result }, ownBuffers(transferOf(result))),
      (error: unknown) => answer({ id, failure: describeFailure(error) }),
    );
  });
}

/** Buffers that belong to one array alone; memory of WebAssembly cannot leave its thread. */
export function ownBuffers(arrays: readonly Uint8Array[]): ArrayBuffer[] {
  return arrays.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}
