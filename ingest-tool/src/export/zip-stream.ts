import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive; its content is made when it is its turn. */
export interface ZipEntry {
  path: string;
  content: () => AsyncIterable<Uint8Array>;
}

// The earliest that the format knows. No clock is in an export, so the same lake gives the same bytes.
const MODIFIED = new Date(1980, 0, 1);

/** A zip archive, written as its files are made, one after the other. */
export async function* zipStream(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  for (const { path, content } of entries) {
    zip.addReadStreamLazy(path, { mtime: MODIFIED, mode: 0o100644, forceDosTimestamp: true }, (done) => {
      const stream = Readable.from(content(), { objectMode: false });
      stream.on('error', (error) => zip.emit('error', error));
      done(null, stream);
    });
  }
  const output = Readable.from(zip.outputStream, { objectMode: false });
  zip.on('error', (error) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  zip.end();
  for await (const chunk of output) if (Buffer.isBuffer(chunk)) yield chunk;
}
