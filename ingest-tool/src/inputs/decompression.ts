import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { systemErrorCode } from '../tool-error';
import { ZstdFrames } from './zstd-frames';

const CHUNK_BYTES = 1 << 20;

/** Bytes, and at the end what is wrong where a compressed stream is damaged or ends early. */
export type Content = AsyncGenerator<Uint8Array, string | undefined>;

/** Whether the bytes start a gzip stream. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Whether the bytes start a zstd stream, with a frame of data or one to be skipped. */
export function isZstd(head: Uint8Array): boolean {
  const [first = 0, second, third, fourth] = head;
  if (second === 0xb5 && third === 0x2f && fourth === 0xfd) return first === 0x28;
  return first >> 4 === 5 && second === 0x2a && third === 0x4d && fourth === 0x18;
}

/** The content of a stream after gunzip or zstd, where it is compressed; told from its first bytes. */
export async function* decompressed(source: AsyncIterable<Uint8Array>): Content {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < 4) {
    const step = await chunks.next();
    if (step.done === true) break;
    head.push(step.value);
    size += step.value.length;
  }
  const whole = head.length === 1 ? (head[0] ?? new Uint8Array(0)) : Buffer.concat(head);
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    if (whole.length > 0) yield whole;
    for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) yield step.value;
  };
  if (isGzip(whole)) return yield* gunzipped(rest());
  if (isZstd(whole)) return yield* unzstd(rest());
  yield* rest();
  return undefined;
}

async function* gunzipped(source: AsyncGenerator<Uint8Array>): Content {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const stream = Readable.from(source, { objectMode: false, highWaterMark: CHUNK_BYTES });
  stream.on('error', (error) => gunzip.destroy(error));
  stream.pipe(gunzip);
  try {
    for await (const chunk of gunzip) if (Buffer.isBuffer(chunk)) yield chunk;
    return undefined;
  } catch (error) {
    if (systemErrorCode(error)?.startsWith('Z_') !== true) throw error;
    return `the gzip stream is damaged or ends early: ${messageOf(error)}`;
  } finally {
    stream.destroy();
  }
}

async function* unzstd(source: AsyncGenerator<Uint8Array>): Content {
  const frames = new ZstdFrames();
  let blocks: Uint8Array[] = [];
  const decompress = new Decompress((block) => blocks.push(block));
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      // What is thrown in here is the decompressor's own, of many kinds where the data are damaged.
      try {
        const end = frames.next(chunk, at);
        decompress.push(chunk.slice(at, end));
        at = end;
      } catch (error) {
        return `the zstd stream is damaged: ${messageOf(error)}`;
      }
      for (const block of blocks) if (block.length > 0) yield block;
      blocks = [];
    }
  }
  return frames.isComplete ? undefined : 'the zstd stream ends early';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
