import { parentPort, workerData } from 'node:worker_threads';
import { openStorage } from '../storage/open-storage';
import { runJob, type Job } from './job';

/** A thread that puts folders together: it is sent jobs and answers each with its result. */
const address: unknown = workerData;
if (parentPort === null || typeof address !== 'string') throw new Error('this file is the start of a thread');
const port = parentPort;
const storage = openStorage(address);

port.on('message', ({ id, job }: { id: number; job: Job }) => {
  void storage
    .then((opened) => runJob(opened, job))
    .then(
      (result) => {
        const files = result.kind === 'folder' && result.result.kind === 'done' ? result.result.files : [];
        port.postMessage({ id, result }, transferable(files));
      },
      (error: unknown) => port.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});

/** Buffers that belong to one file alone; memory of WebAssembly cannot leave its thread. */
function transferable(files: readonly { bytes: Uint8Array }[]): ArrayBuffer[] {
  return files.flatMap(({ bytes: { buffer, byteLength } }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}
