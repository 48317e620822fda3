import { LakeError } from '../lake/lake-error';
import type { LakeErrorData } from '../lake/lake-error';
import type { LakeColumn } from '../lake/lake-schema';
import type { RowSpan } from '../lake/page-index';
import { damagedFile } from './damaged-file';
import type { DecodedRows } from './decoder';
import type { FilePart } from './sparse-blob';

/** A file, or as much of it as is needed, and what is wanted of it. */
export interface DecodeRequest {
  /** Of the whole file, in bytes. */
  size: number;
  /** In the order of the file; the last one ends with the footer. */
  parts: readonly FilePart[];
  /** For messages. */
  name: string;
  columns: readonly string[];
  /** Without it, all rows as one. */
  selections?: readonly RowSelection[];
}

/** Rows that are decoded into a result of their own. */
export interface RowSelection {
  /** By its index in the footer. */
  rowGroup: number;
  /** Absent for all rows of the row group. */
  span?: RowSpan;
}

/** The end of a file of `size` bytes, at least its footer. */
export interface ColumnsRequest {
  tail: Uint8Array;
  size: number;
  name: string;
}

export type DecoderRequest = ({ kind: 'decode' } & DecodeRequest) | ({ kind: 'columns' } & ColumnsRequest);

export type DecoderReply =
  | { kind: 'decoded'; rows: DecodedRows[]; elapsed: number }
  | { kind: 'columns'; columns: LakeColumn[] }
  | { kind: 'failed'; error: LakeErrorData }
  /** The decoder cannot be used any more. */
  | { kind: 'crashed'; error: LakeErrorData };

/** Decodes Parquet files. Failures are LakeErrors. */
export interface Decoder {
  /** Decodes columns of a file, or of each selection of its rows; `elapsed` is the decoder's own time in milliseconds. */
  decode(request: DecodeRequest): Promise<{ rows: DecodedRows[]; elapsed: number }>;
  /** Reads the names and types of a file's columns. */
  columns(request: ColumnsRequest): Promise<LakeColumn[]>;
  terminate(): void;
}

interface Job {
  request: DecoderRequest;
  settle: (reply: DecoderReply) => void;
}

/**
 * A decoder in a worker of its own, which starts at once. It is given one file at a time, so that a crash is the fault
 * of one file; the files behind it then go to a new worker.
 */
export function startDecoder(): Decoder {
  const waiting: Job[] = [];
  let running: Job | undefined;
  let worker: Worker | undefined = start();

  function start(): Worker {
    const started = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' });
    started.addEventListener('message', (event: MessageEvent<DecoderReply>) => settle(event.data));
    started.addEventListener('error', (event) => {
      event.preventDefault();
      // Where a page inside a file is corrupt, parquet-wasm panics outside the promise it gave, which never settles.
      const panicked = running !== undefined && /RuntimeError/.test(event.message);
      const error = panicked ? damagedFile(running?.request.name ?? '').toData() : decoderFailed(event.message);
      settle({ kind: 'crashed', error });
    });
    return started;
  }

  function settle(reply: DecoderReply): void {
    if (reply.kind === 'crashed') {
      worker?.terminate();
      worker = undefined;
    }
    running?.settle(reply);
    running = undefined;
    next();
  }

  function next(): void {
    if (running) return;
    running = waiting.shift();
    if (!running) return;
    worker ??= start();
    worker.postMessage(running.request);
  }

  function ask(request: DecoderRequest): Promise<DecoderReply> {
    return new Promise((resolve) => {
      waiting.push({ request, settle: resolve });
      next();
    });
  }

  return {
    async decode(request) {
      const reply = await ask({ kind: 'decode', ...request });
      if (reply.kind !== 'decoded') throw failureOf(reply);
      return reply;
    },
    async columns(request) {
      const reply = await ask({ kind: 'columns', ...request });
      if (reply.kind !== 'columns') throw failureOf(reply);
      return reply.columns;
    },
    terminate: () => worker?.terminate(),
  };
}

function failureOf(reply: DecoderReply): LakeError {
  return new LakeError('error' in reply ? reply.error : decoderFailed('an answer to another question'));
}

function decoderFailed(reason: string): LakeErrorData {
  return {
    code: 'unexpected',
    message: `The Parquet decoder could not run${reason ? `: ${reason}` : ''}.`,
    advice: 'Reload the page; if it happens again, please report it.',
  };
}
