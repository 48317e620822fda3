import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { EXIT, explainSystemError } from '../tool-error';
import type { RequestRecord } from './exchange';

/** A log that is open for appending. */
export interface RequestLog {
  write(record: RequestRecord): void;
  /** Ends once every line is on disk. */
  close(): Promise<void>;
}

/**
 * Opens a file for one JSON line a request, after what is in it already.
 * @param onError called once if a line cannot be written; the lines after it are dropped
 * @throws ToolError where the file cannot be opened
 */
export async function openRequestLog(file: string, onError: (problem: string) => void): Promise<RequestLog> {
  const stream = createWriteStream(file, { flags: 'a' });
  await once(stream, 'open').catch((error: unknown) => {
    throw explainSystemError(error, 'open the log', file, EXIT.usage);
  });
  stream.once('error', (error) => {
    onError(explainSystemError(error, 'go on writing the log', file, EXIT.unexpected).message);
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
