import { createHash } from 'node:crypto';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { multipartEtag, PART_BYTES, partBytesFor, type PartSource } from '../storage/s3-upload';

/** That a file was replaced or removed while it was read. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

const MEBIBYTE = 1 << 20;

/** Parts as the AWS command line, rclone and s3cmd make them by default, beside our own. */
const OTHER_PART_BYTES = [8 * MEBIBYTE, 5 * MEBIBYTE, 15 * MEBIBYTE];

/** An object of a lake, read in pieces that are all of the same version of it. */
export function sourceOf(lake: LakeStorage, { key, size, etag }: StoredObject, signal: AbortSignal): PartSource {
  return {
    size,
    read: async (start, end) => {
      const part = await lake.read(key, signal, { start, end });
      if (part === undefined || part.etag !== etag || part.bytes.byteLength !== end - start) throw new FileChanged(key);
      return part.bytes;
    },
  };
}

/** The MD5 of an object in hex. */
export async function md5Of(source: PartSource): Promise<string> {
  const hash = createHash('md5');
  for (const [start, end] of pieces(source.size, PART_BYTES)) hash.update(await source.read(start, end));
  return hash.digest('hex');
}

/**
 * The ETag that an object would have in a store that forms ETags as S3 does of what is not encrypted, comparable to the
 * one it has: of its bytes, or where that one is of parts, of parts of the same number.
 */
export async function expectedEtag(source: PartSource, present: string): Promise<string> {
  const parts = /-(\d+)$/.exec(present)?.[1];
  if (parts === undefined) return await md5Of(source);
  let expected = '';
  for (const partBytes of [partBytesFor(source.size), ...OTHER_PART_BYTES]) {
    if (Math.ceil(source.size / partBytes) !== Number(parts)) continue;
    const md5s: string[] = [];
    for (const [start, end] of pieces(source.size, partBytes)) {
      md5s.push(
        createHash('md5')
          .update(await source.read(start, end))
          .digest('hex'),
      );
    }
    expected = multipartEtag(md5s);
    if (expected === present) break;
  }
  return expected;
}

/** Whether two places have the very same bytes under a key, by reading both. */
export async function hasSameBytes(
  source: PartSource,
  there: LakeStorage,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (source.size === 0) return (await there.read(key, signal))?.bytes.byteLength === 0;
  for (const [start, end] of pieces(source.size, PART_BYTES)) {
    const [own, other] = await Promise.all([source.read(start, end), there.read(key, signal, { start, end })]);
    if (other === undefined || Buffer.compare(own, other.bytes) !== 0) return false;
  }
  return true;
}

function* pieces(size: number, length: number): Generator<[start: number, end: number]> {
  for (let start = 0; start < size; start += length) yield [start, Math.min(start + length, size)];
}
