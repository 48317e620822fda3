import { createHash } from 'node:crypto';
import type { S3Bucket } from './s3-bucket';
import { S3Failure } from './s3-failure';

const MEBIBYTE = 1 << 20;

/** Objects larger than this are uploaded in parts, of this size unless there would be too many. */
export const PART_BYTES = 16 * MEBIBYTE;

/** The most parts that S3 allows. */
const MOST_PARTS = 10_000;

/** Bytes that can be read in pieces again and again. */
export interface PartSource {
  /** Bytes. */
  size: number;
  /** The bytes from a place to another, the end excluded. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** An upload that goes on, or is to be made known as soon as it has begun. */
export interface UploadProgress {
  /** Of an earlier run; its parts are used again where their bytes are the same. */
  uploadId?: string | undefined;
  /** Called before the first part is sent. */
  onBegin?: (uploadId: string) => Promise<void>;
  /** Called with the bytes of each part once the store has it. `sent` is false where it had it before. */
  onPart?: (bytes: number, sent: boolean) => void;
}

/** The size of the parts of an object; the same object has the same parts always. All are equal but the last. */
export function partBytesFor(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS / MEBIBYTE) * MEBIBYTE);
}

/**
 * The ETag of an object that {@link uploadInParts} made, as most stores form it: the MD5 of the parts' MD5s, and their number.
 * @param md5s of the parts, in hex
 */
export function multipartEtag(md5s: readonly string[]): string {
  const hash = createHash('md5');
  for (const md5 of md5s) hash.update(md5, 'hex');
  return `${hash.digest('hex')}-${md5s.length}`;
}

/**
 * Uploads an object in parts, one after the other, each checked by its MD5. A part that the store has already from an
 * earlier run is not sent again. When it fails, the parts that arrived stay for a later run.
 * @param conditions headers that must hold when the object is put together
 * @returns the object's ETag
 * @throws S3Failure where a condition does not hold
 */
export async function uploadInParts(
  bucket: S3Bucket,
  key: string,
  source: PartSource,
  conditions: Record<string, string>,
  signal: AbortSignal,
  progress: UploadProgress = {},
): Promise<string> {
  const there = progress.uploadId === undefined ? undefined : await bucket.listParts(key, progress.uploadId, signal);
  let uploadId = there === undefined ? undefined : progress.uploadId;
  if (uploadId === undefined) {
    uploadId = await bucket.createUpload(key, signal);
    await progress.onBegin?.(uploadId);
  }
  const partBytes = partBytesFor(source.size);
  const etags: string[] = [];
  for (let start = 0, number = 1; start < source.size; start += partBytes, number++) {
    const bytes = await source.read(start, Math.min(start + partBytes, source.size));
    const md5 = createHash('md5').update(bytes).digest('hex');
    const known = there?.find((part) => part.number === number);
    const has = known !== undefined && known.etag === md5 && known.size === bytes.byteLength;
    etags.push(has ? known.etag : await bucket.putPart(key, uploadId, number, bytes, signal));
    progress.onPart?.(bytes.byteLength, !has);
  }
  return await bucket.completeUpload(key, uploadId, etags, conditions, signal);
}

/** Whether an upload has gone since, as somebody aborted it or the bucket's rules did. */
export function isUploadGone(error: unknown): boolean {
  return error instanceof S3Failure && (error.code === 'NoSuchUpload' || error.status === 404);
}
