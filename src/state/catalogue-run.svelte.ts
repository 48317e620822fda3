import type { LakeCatalogue } from '../lake/coverage';
import type { LakeError } from '../lake/lake-error';
import type { LakeClient } from '../workers/client';
import { toLakeError } from './query-run.svelte';

/** What is in the lake, told by its manifest or a listing. */
export class CatalogueRun {
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  catalogue = $state.raw<LakeCatalogue | undefined>(undefined);
  error = $state.raw<LakeError | undefined>(undefined);
  #controller: AbortController | undefined;
  readonly #client: LakeClient;

  constructor(client: LakeClient) {
    this.#client = client;
  }

  /** Asks, by the folders of a key; stops what was asked before. Never rejects: a failure is in `error`. */
  async ask(stationKey: string | undefined): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.status = 'running';
    this.error = undefined;
    try {
      const catalogue = await this.#client.catalogue(controller.signal, stationKey);
      if (this.#controller !== controller) return;
      this.catalogue = catalogue;
      this.status = 'done';
    } catch (error) {
      if (this.#controller !== controller) return;
      this.error = toLakeError(error);
      this.status = 'failed';
    }
  }

  stop(): void {
    this.#controller?.abort();
  }
}
