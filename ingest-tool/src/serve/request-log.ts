import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RequestRecord } from './exchange';

/** A log that is open for appending. */
export interface RequestLog {
  write(record: RequestRecord): void;
  /** Ends once every line is on disk. */
  close(): Promise<void>;
}

/** A request log that cannot be opened, or written any more. */
export class RequestLogError extends Error {
  override readonly name = 'RequestLogError';
}

/**
 * Opens a file for one JSON line a request, after what is in it already.
 * @param onError called once if a line cannot be written; the lines after it are dropped
 * @throws RequestLogError where the file cannot be opened
 */
export async function openRequestLog(file: string, onError: (error: RequestLogError) => void): Promise<RequestLog> {
  const stream = createWriteStream(file, { flags: 'a' });
  await once(stream, 'open').catch((error: unknown) => {
    throw new RequestLogError(`The log cannot be opened: ${reasonOf(error)}`, { cause: error });
  });
  stream.once('error', (error) => {
    onError(new RequestLogError(`The log is not written any more: ${reasonOf(error)}`, { cause: error }));
  });
  return {
    write: (record) => {
      if (stream.writable) stream.write(`${JSON.stringify(record)}\n`);
    },
    close: async () => {
      if (!stream.writable) return;
      stream.end();
      await finished(stream);
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
