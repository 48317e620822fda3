import type { LakeStorage } from '../storage/lake-storage';
import { startThreads, type Thread } from '../threads/thread';
import { runJob, type Job, type JobResult } from './job';

/** Beside the tool as it is built. */
const SCRIPT = new URL('./compact/compact-worker.js', import.meta.url);

/** Does jobs on several threads, or on this one until they are many enough to be worth starting some. */
export class JobPool {
  readonly #storage: LakeStorage;
  readonly #address: string;
  #threads: Thread<Job, JobResult>[] = [];

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
    if (this.#threads.length === 0) this.#threads = startThreads(SCRIPT, this.#address);
  }

  /** @throws Error where the storage cannot be reached, or a thread died */
  run(job: Job): Promise<JobResult> {
    const [first, ...others] = this.#threads;
    if (first === undefined) return runJob(this.#storage, job);
    return others.reduce((least, thread) => (thread.load < least.load ? thread : least), first).run(job);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }
}
