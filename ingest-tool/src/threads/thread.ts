import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { failureOf, type ThreadAnswer } from './thread-answer';

/** Threads beyond these would wait for the disk. */
const MAX_THREADS = 4;

interface Waiting<Result> {
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** A thread that is sent jobs and answers each; its other end is `answerJobs`. */
export class Thread<Job, Result> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #nextId = 0;
  #failure: Error | undefined;

  /**
   * @param script a bundle of its own beside the tool
   * @param data what the thread is told once, when it starts
   */
  constructor(script: URL, data: unknown) {
    this.#worker = new Worker(script, { workerData: data });
    this.#worker.on('message', ({ id, ...answer }: ThreadAnswer<Result>) => {
      const own = this.#waiting.get(id);
      this.#waiting.delete(id);
      if ('failure' in answer) own?.reject(failureOf(answer.failure));
      else own?.resolve(answer.result);
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** Jobs that have not been answered yet. */
  get load(): number {
    return this.#waiting.size;
  }

  /**
   * Sends a job; jobs are answered in the order they were sent where the thread does one after the other.
   * @param transfer buffers that go over and are lost here
   * @throws ToolError or Error, whatever the job fails with, or where the thread died
   */
  run(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, job }, [...transfer]);
    });
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * Starts threads: as many as there are cores, none on a single one, nor where the tool runs from its source, which has no
 * bundle for them.
 */
export function startThreads<Job, Result>(script: URL, data: unknown): Thread<Job, Result>[] {
  const count = Math.min(MAX_THREADS, availableParallelism());
  if (count < 2 || !existsSync(fileURLToPath(script))) return [];
  return Array.from({ length: count }, () => new Thread<Job, Result>(script, data));
}
