import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LakeStorage } from '../storage/lake-storage';
import { runJob, type Job, type JobResult } from './job';

/** Threads beyond these would wait for the disk. */
const MAX_THREADS = 4;

/** Beside the tool as it is built; there are no threads where it runs from its source. */
const SCRIPT = new URL('./compact/compact-worker.js', import.meta.url);

interface Waiting {
  resolve: (result: JobResult) => void;
  reject: (error: unknown) => void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

/** Does jobs on several threads, or on this one until they are many enough to be worth starting some. */
export class JobPool {
  readonly #storage: LakeStorage;
  readonly #address: string;
  readonly #threads: Thread[] = [];
  #nextId = 0;

  /** @param address of the storage, for threads to open it again */
  constructor(storage: LakeStorage, address: string) {
    this.#storage = storage;
    this.#address = address;
  }

  /** How many jobs are worth having under way at a time. */
  get width(): number {
    return Math.max(1, this.#threads.length) * 2;
  }

  /** Starts threads, where they are not running yet. */
  start(): void {
    const count = Math.min(MAX_THREADS, availableParallelism());
    if (this.#threads.length > 0 || count < 2 || !existsSync(fileURLToPath(SCRIPT))) return;
    for (let thread = 0; thread < count; thread++) this.#threads.push(this.#startThread());
  }

  /** @throws Error where the storage cannot be reached, or a thread died */
  run(job: Job): Promise<JobResult> {
    const least = this.#threads.reduce<Thread | undefined>(
      (best, thread) => (best === undefined || thread.waiting.size < best.waiting.size ? thread : best),
      undefined,
    );
    if (least === undefined) return runJob(this.#storage, job);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      least.waiting.set(id, { resolve, reject });
      least.worker.postMessage({ id, job });
    });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  #startThread(): Thread {
    const worker = new Worker(SCRIPT, { workerData: this.#address });
    const waiting = new Map<number, Waiting>();
    worker.on('message', ({ id, result, error }: { id: number; result?: JobResult; error?: string }) => {
      const own = waiting.get(id);
      waiting.delete(id);
      if (result === undefined) own?.reject(new Error(error));
      else own?.resolve(result);
    });
    worker.on('error', (error) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    return { worker, waiting };
  }
}
