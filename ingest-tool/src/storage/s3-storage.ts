import { createHash } from 'node:crypto';
import { ToolError, EXIT } from '../tool-error';
import {
  StorageConflict,
  type ByteSpan,
  type LakeStorage,
  type StoredObject,
  type WriteCondition,
} from './lake-storage';
import { checkKey } from './object-key';
import type { S3Bucket } from './s3-bucket';
import { isUnsupported, S3Failure } from './s3-failure';
import {
  isUploadGone,
  multipartEtag,
  PART_BYTES,
  uploadInParts,
  type PartSource,
  type UploadProgress,
} from './s3-upload';

const NO_CONDITIONS =
  'This store knows no conditional writes: two writers at the same moment could overwrite each other.';

/** ETags of what was written. */
interface Written {
  etag: string;
  expected: string;
}

/** A lake in a bucket of any S3-compatible store. */
export class S3Storage implements LakeStorage {
  readonly url: string;
  readonly bucket: S3Bucket;
  readonly #onNotice: (notice: string) => void;
  #knowsConditions = true;

  /** @param onNotice is told, once, what the store cannot do */
  constructor(url: string, bucket: S3Bucket, onNotice: (notice: string) => void = () => undefined) {
    this.url = url;
    this.bucket = bucket;
    this.#onNotice = onNotice;
  }

  /** Whether writes can be made to depend on what is there; a store that cannot is found out by the first that should. */
  get knowsConditions(): boolean {
    return this.#knowsConditions;
  }

  list(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject[]> {
    return this.bucket.list(prefix, signal);
  }

  async read(
    key: string,
    signal: AbortSignal,
    span?: ByteSpan,
  ): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    return await this.bucket.get(key, signal, span);
  }

  async write(key: string, bytes: Uint8Array, signal: AbortSignal, condition?: WriteCondition): Promise<string> {
    const source = {
      size: bytes.byteLength,
      read: (start: number, end: number) => Promise.resolve(bytes.subarray(start, end)),
    };
    return (await this.upload(key, source, signal, condition)).etag;
  }

  async remove(keys: readonly string[], signal: AbortSignal): Promise<void> {
    await this.bucket.remove(keys, signal);
  }

  /**
   * Writes what need not be in memory at once: in one request, or in parts where it is large.
   * @returns the ETag that the store gave, and the one that follows from the bytes where a store forms it as S3 does
   * @throws StorageConflict where the condition does not hold
   */
  async upload(
    key: string,
    source: PartSource,
    signal: AbortSignal,
    condition?: WriteCondition,
    progress: UploadProgress = {},
  ): Promise<Written> {
    checkKey(key);
    if (condition === undefined || this.#knowsConditions) {
      try {
        return await this.#send(key, source, signal, condition, progress);
      } catch (error) {
        if (!(error instanceof S3Failure)) throw error;
        if (condition === undefined || !isUnsupported(error)) throw this.#refused(error, key, condition);
        if (this.#knowsConditions) this.#onNotice(NO_CONDITIONS);
        this.#knowsConditions = false;
      }
    }
    await this.#requireCondition(key, condition, signal);
    return await this.#send(key, source, signal, undefined, progress);
  }

  async #send(
    key: string,
    source: PartSource,
    signal: AbortSignal,
    condition: WriteCondition | undefined,
    progress: UploadProgress,
  ): Promise<Written> {
    const headers = conditionHeaders(condition);
    if (source.size > PART_BYTES) return await this.#sendParts(key, source, signal, headers, progress);
    const bytes = await source.read(0, source.size);
    const expected = createHash('md5').update(bytes).digest('hex');
    try {
      const { etag } = await this.bucket.put(key, bytes, headers, signal);
      progress.onPart?.(source.size, true);
      return { etag, expected };
    } catch (error) {
      if (mayBeDone(error) && (await this.bucket.head(key, signal))?.etag === expected)
        return { etag: expected, expected };
      throw error;
    }
  }

  async #sendParts(
    key: string,
    source: PartSource,
    signal: AbortSignal,
    headers: Record<string, string>,
    progress: UploadProgress,
  ): Promise<Written> {
    const md5s: string[] = [];
    const noting: PartSource = {
      size: source.size,
      read: async (start, end) => {
        const bytes = await source.read(start, end);
        md5s.push(createHash('md5').update(bytes).digest('hex'));
        return bytes;
      },
    };
    try {
      const etag = await uploadInParts(this.bucket, key, noting, headers, signal, progress);
      return { etag, expected: multipartEtag(md5s) };
    } catch (error) {
      const expected = multipartEtag(md5s);
      const isLost = mayBeDone(error) || isUploadGone(error);
      if (isLost && (await this.bucket.head(key, signal))?.etag === expected) return { etag: expected, expected };
      throw error;
    }
  }

  async #requireCondition(key: string, condition: WriteCondition | undefined, signal: AbortSignal): Promise<void> {
    if (condition === undefined) return;
    const there = await this.bucket.head(key, signal);
    if (there?.etag !== ('etag' in condition ? condition.etag : undefined)) throw new StorageConflict(key);
  }

  #refused(failure: S3Failure, key: string, condition: WriteCondition | undefined): Error {
    const isConflict = failure.status === 412 || failure.status === 409 || failure.code === 'NoSuchKey';
    if (condition !== undefined && isConflict) return new StorageConflict(key);
    return new ToolError(
      EXIT.unexpected,
      `Could not write ${this.url}${key}: ${failure.message}`,
      'Run the same command again: it continues where it stands.',
      { cause: failure },
    );
  }
}

/** Whether an earlier try may have been done although its answer was lost: then it is our own object that is in the way. */
function mayBeDone(error: unknown): boolean {
  return error instanceof S3Failure && error.status === 412 && error.repeats > 0;
}

function conditionHeaders(condition: WriteCondition | undefined): Record<string, string> {
  if (condition === undefined) return {};
  return 'etag' in condition ? { 'if-match': `"${condition.etag}"` } : { 'if-none-match': '*' };
}
