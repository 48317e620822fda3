import { needsConsent } from '../lake/consent';
import { LakeError } from '../lake/lake-error';
import type { NativeQuery } from '../lake/native-code';
import type { LakeClient } from '../workers/client';
import type { Estimate, Progress, QueryResult } from '../workers/protocol';
import type { QueryParameters } from '../workers/query-parameters';
import type { CostGate } from './cost-gate';

/** `asking` where somebody has to agree to the cost first. */
export type RunStatus = 'idle' | 'running' | 'asking' | 'done' | 'failed' | 'cancelled';

/** An answer and what it is about: whatever its picture needs to be labelled rightly. */
export interface Answer<Subject> {
  /** The statement that was answered. */
  sql: string;
  /** Values for its parameters. */
  parameters?: QueryParameters | undefined;
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
  /** What the question is going to fetch, while it asks. */
  cost = $state.raw<Estimate | undefined>(undefined);
  #agree: ((agreed: boolean) => void) | undefined;
  #controller: AbortController | undefined;
  #subject: Subject | undefined;
  #parameters: QueryParameters | undefined;
  readonly #client: LakeClient;
  readonly #gate: CostGate | undefined;

  /** @param gate with it, the page asks before it fetches much; questions that share one learn of each other's fetching */
  constructor(client: LakeClient, gate?: CostGate) {
    this.#client = client;
    this.#gate = gate;
  }

  /** Asks. Where the same question was the last one, whatever became of it, only what it is about changes. */
  ask(sql: string, subject: Subject, parameters?: QueryParameters): void {
    const isOther = this.sql !== sql || JSON.stringify(this.#parameters) !== JSON.stringify(parameters);
    if (isOther || this.status === 'idle') {
      void this.run(sql, subject, parameters);
      return;
    }
    this.#subject = subject;
    if (this.status === 'done' && this.answer) this.answer = { ...this.answer, subject };
  }

  /**
   * Asks, also where the same was asked before. Never rejects: a failure is in `error`.
   * @param inParts whether a question that can be divided is answered part by part
   */
  async run(sql: string, subject: Subject, parameters?: QueryParameters, inParts = false): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.sql = sql;
    this.#subject = subject;
    this.#parameters = parameters;
    this.status = 'running';
    this.progress = undefined;
    this.error = undefined;
    this.cost = undefined;
    const gate = this.#gate;
    try {
      const result = await this.#client.query(sql, {
        ...{ signal: controller.signal, parameters, inParts },
        ...(gate && { confirm: (cost: Estimate) => this.#confirm(sql, cost, gate, controller.signal) }),
        onProgress: (progress) => {
          if (this.#controller === controller) this.progress = progress;
        },
      });
      if (this.#controller !== controller) return;
      this.answer = { sql, parameters, result, subject: this.#subject ?? subject };
      this.status = 'done';
      if (result.receipt.requests.get > 0) gate?.fetched();
    } catch (error) {
      if (this.#controller !== controller) return;
      this.error = toLakeError(error);
      this.status = this.error.code === 'cancelled' ? 'cancelled' : 'failed';
    }
  }

  /** Asks the last question once more. */
  again(): void {
    if (this.#subject !== undefined) void this.run(this.sql, this.#subject, this.#parameters);
  }

  /** The parts that the last question can be answered in, one after another; 0 where it cannot be divided. */
  async countParts(): Promise<number> {
    return (await this.#client.estimate(this.sql, { inParts: true })).answeredBy.parts;
  }

  /** Asks the last question once more, part by part. */
  againInParts(): void {
    if (this.#subject !== undefined) void this.run(this.sql, this.#subject, this.#parameters, true);
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** Agrees to the cost, or does not. */
  answerCost(agreed: boolean): void {
    this.#agree?.(agreed);
  }

  /** What it takes to ask a statement of native DuckDB. */
  native(sql: string): Promise<NativeQuery> {
    return this.#client.native(sql, { parameters: this.answer?.sql === sql ? this.answer.parameters : undefined });
  }

  /** Waits for an answer to the question of cost, or until the cost has fallen so far that nobody need be asked. */
  async #confirm(sql: string, cost: Estimate, gate: CostGate, signal: AbortSignal): Promise<boolean> {
    const agreed = new Promise<boolean>((resolve) => {
      this.#agree = resolve;
      signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    this.cost = cost;
    this.status = 'asking';
    const agree = this.#agree;
    const stop = gate.wait(() => {
      void this.#client.estimate(sql, { signal, sampled: true, parameters: this.#parameters }).then(
        (now) => {
          if (signal.aborted) return;
          this.cost = now;
          if (!needsConsent(now)) agree?.(true);
        },
        () => undefined,
      );
    });
    try {
      return await agreed;
    } finally {
      stop();
      if (!signal.aborted) {
        this.cost = undefined;
        this.status = 'running';
      }
    }
  }

  /** Stops, and forgets the answer: it belonged to another lake. */
  clear(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.status = 'idle';
    this.sql = '';
    this.answer = undefined;
    this.error = undefined;
    this.cost = undefined;
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
