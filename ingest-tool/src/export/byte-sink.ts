import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { EXIT, explainSystemError, systemErrorCode } from '../tool-error';

/**
 * Writes bytes to a file, which has its name only once it is whole.
 * @returns how many there were
 * @throws ToolError where the file system refuses
 */
export async function writeToFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const draft = `${path}.part`;
  let bytes = 0;
  try {
    const file = await open(draft, 'w');
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk);
        bytes += chunk.byteLength;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    return bytes;
  } catch (error) {
    await rm(draft, { force: true });
    throw systemErrorCode(error) === undefined ? error : explainSystemError(error, 'write', path, EXIT.unexpected);
  }
}

/** Bytes that are all there is, as a stream. */
export async function* wholeContent(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Writes bytes to the standard output, as fast as they are taken; a reader that has enough, such as head, ends it. */
export async function writeToOutput(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const output = process.stdout;
  let bytes = 0;
  let isClosed = false;
  output.on('error', (error) => {
    if (systemErrorCode(error) !== 'EPIPE') throw error;
    isClosed = true;
  });
  for await (const chunk of chunks) {
    if (isClosed) break;
    bytes += chunk.byteLength;
    if (!output.write(chunk))
      await Promise.race([once(output, 'drain'), once(output, 'close'), once(output, 'error')]).catch(() => undefined);
  }
  return bytes;
}
