import { batchesOf } from '../export/export-batches';
import { FILE_TYPES, type ExportBatch, type ExportOptions } from '../export/export-options';
import type { LakeError } from '../lake/lake-error';
import { exportInWorker } from '../workers/export-client';
import type { QueryResult } from '../workers/protocol';
import { openFileSink } from './file-sink';
import { toLakeError } from './query-run.svelte';

export type ExportStatus = 'idle' | 'running' | 'done' | 'failed' | 'cancelled';

/** Gives answers, each with the same columns, one after the other. */
export type AnswerSource = (signal: AbortSignal) => AsyncIterable<QueryResult>;

/** A file being written. */
export class ExportRun {
  status = $state<ExportStatus>('idle');
  /** Rows handed to the writer, and bytes written. */
  rows = $state(0);
  bytes = $state(0);
  error = $state.raw<LakeError | undefined>(undefined);
  #controller: AbortController | undefined;

  /** Asks where the file goes, and writes it. Never rejects: a failure is in `error`. */
  async start(name: string, options: ExportOptions, source: AnswerSource): Promise<void> {
    const { extension, mediaType } = FILE_TYPES[options.format];
    const sink = await openFileSink(`${name}.${extension}`, mediaType);
    if (!sink) return;
    this.cancel();
    const controller = new AbortController();
    this.#controller = controller;
    this.status = 'running';
    this.rows = 0;
    this.bytes = 0;
    this.error = undefined;
    try {
      await exportInWorker(
        options,
        this.#batches(source(controller.signal)),
        async (bytes) => {
          await sink.write(bytes);
          this.bytes += bytes.byteLength;
        },
        controller.signal,
      );
      await sink.close();
      this.status = 'done';
    } catch (error) {
      await sink.abort().catch(() => undefined);
      this.error = toLakeError(error);
      this.status = this.error.code === 'cancelled' ? 'cancelled' : 'failed';
    }
  }

  cancel(): void {
    this.#controller?.abort();
    this.#controller = undefined;
  }

  /** Of several answers only those with rows, but at least one, which tells the columns. */
  async *#batches(answers: AsyncIterable<QueryResult>): AsyncGenerator<ExportBatch> {
    let empty: QueryResult | undefined;
    let isFirst = true;
    for await (const answer of answers) {
      empty = answer;
      if (answer.rowCount === 0) continue;
      isFirst = false;
      for (const batch of batchesOf(answer)) {
        yield batch;
        this.rows += batch[0]?.values.length ?? 0;
      }
    }
    if (isFirst && empty) yield* batchesOf(empty);
  }
}
