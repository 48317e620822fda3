import { LakeError } from '../lake/lake-error';
import type { LakeClient } from '../workers/client';
import type { Progress, QueryResult } from '../workers/protocol';

export type RunStatus = 'idle' | 'running' | 'done' | 'failed' | 'cancelled';

/** An answer and what it is about: whatever its picture needs to be labelled rightly. */
export interface Answer<Subject> {
  /** The statement that was answered. */
  sql: string;
  result: QueryResult;
  subject: Subject;
}

/**
 * One place of the page that shows an answer. The latest question wins: asking again stops the one before, whose answer
 * is never shown. The last answer stays until the next one is there.
 */
export class QueryRun<Subject> {
  status = $state<RunStatus>('idle');
  sql = $state('');
  progress = $state.raw<Progress | undefined>(undefined);
  /** The last answer and what it is about, which may be older than the question being asked. */
  answer = $state.raw<Answer<Subject> | undefined>(undefined);
  error = $state.raw<LakeError | undefined>(undefined);
  #controller: AbortController | undefined;
  #subject: Subject | undefined;
  readonly #client: LakeClient;

  constructor(client: LakeClient) {
    this.#client = client;
  }

  /** Asks. Where the same question was the last one, whatever became of it, only what it is about changes. */
  ask(sql: string, subject: Subject): void {
    if (this.sql !== sql || this.status === 'idle') {
      void this.run(sql, subject);
      return;
    }
    this.#subject = subject;
    if (this.status === 'done' && this.answer) this.answer = { ...this.answer, subject };
  }

  /** Asks, also where the same was asked before. Never rejects: a failure is in `error`. */
  async run(sql: string, subject: Subject): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.sql = sql;
    this.#subject = subject;
    this.status = 'running';
    this.progress = undefined;
    this.error = undefined;
    try {
      const result = await this.#client.query(sql, {
        signal: controller.signal,
        onProgress: (progress) => {
          if (this.#controller === controller) this.progress = progress;
        },
      });
      if (this.#controller !== controller) return;
      this.answer = { sql, result, subject: this.#subject ?? subject };
      this.status = 'done';
    } catch (error) {
      if (this.#controller !== controller) return;
      this.error = toLakeError(error);
      this.status = this.error.code === 'cancelled' ? 'cancelled' : 'failed';
    }
  }

  /** Asks the last question once more. */
  again(): void {
    if (this.#subject !== undefined) void this.run(this.sql, this.#subject);
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** Stops, and forgets the answer: it belonged to another lake. */
  clear(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.status = 'idle';
    this.sql = '';
    this.answer = undefined;
    this.error = undefined;
    this.progress = undefined;
  }
}

/** Any failure as one that says what to do. */
export function toLakeError(error: unknown): LakeError {
  if (error instanceof LakeError) return error;
  return new LakeError(
    {
      code: 'unexpected',
      message: error instanceof Error ? error.message : String(error),
      advice: 'Reload the page and try again. If it happens again, report it with this message.',
    },
    { cause: error },
  );
}
