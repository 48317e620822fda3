import type { LakeError } from '../lake/lake-error';
import type { LakeClient } from '../workers/client';
import type { Estimate } from '../workers/protocol';
import type { QueryParameters } from '../workers/query-parameters';
import { toLakeError } from './query-run.svelte';

/** Milliseconds without typing after which SQL is looked at. */
const PAUSE = 500;

/** What the SQL being written would cost, or what is wrong with it, some time after the last keystroke. */
export class SqlPreview {
  /** Undefined while it is not known, or not known anymore. */
  cost = $state.raw<Estimate | undefined>(undefined);
  error = $state.raw<LakeError | undefined>(undefined);
  /** What both are about. */
  sql = $state('');
  #controller: AbortController | undefined;
  readonly #client: LakeClient;

  constructor(client: LakeClient) {
    this.#client = client;
  }

  /** Looks at SQL after a pause, and no more at what came before. */
  show(sql: string, parameters: QueryParameters | undefined): void {
    this.stop();
    const controller = new AbortController();
    this.#controller = controller;
    setTimeout(() => {
      if (!controller.signal.aborted) void this.#look(sql, parameters, controller);
    }, PAUSE);
  }

  stop(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.cost = undefined;
    this.error = undefined;
  }

  async #look(sql: string, parameters: QueryParameters | undefined, controller: AbortController): Promise<void> {
    const { signal } = controller;
    try {
      const cost = await this.#client.estimate(sql, { parameters, signal });
      if (this.#controller !== controller) return;
      this.cost = cost;
    } catch (error) {
      if (this.#controller !== controller) return;
      this.error = toLakeError(error);
    }
    this.sql = sql;
  }
}
