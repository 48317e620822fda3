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
    return await this.upload(key, source, signal, condition);
  }

  async remove(keys: readonly string[], signal: AbortSignal): Promise<void> {
    await this.bucket.remove(keys, signal);
  }

  /**
   * Writes what need not be in memory at once: in one request, or in parts where it is large.
   * @throws StorageConflict where the condition does not hold
   */
  async upload(
    key: string,
    source: PartSource,
    signal: AbortSignal,
    condition?: WriteCondition,
    progress: UploadProgress = {},
  ): Promise<string> {
    checkKey(key);
    if (condition === undefined || this.#knowsConditions) {
      try {
        return await this.#send(key, source, signal, condition, progress);
      } catch (error) {
        if (!(error instanceof S3Failure)) throw error;
        if (condition === undefined || !isUnsupported(error)) throw this.#refused(error, key, condition);
        this.#knowsConditions = false;
        this.#onNotice(
          'This store knows no conditional writes: two writers at the same moment could overwrite each other.',
        );
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
  ): Promise<string> {
    const headers = conditionHeaders(condition);
    if (source.size > PART_BYTES) return await this.#sendParts(key, source, signal, headers, progress);
    const bytes = await source.read(0, source.size);
    try {
      const { etag } = await this.bucket.put(key, bytes, headers, signal);
      progress.onPart?.(source.size, true);
      return etag;
    } catch (error) {
      const own = createHash('md5').update(bytes).digest('hex');
      if (mayBeDone(error) && (await this.bucket.head(key, signal))?.etag === own) return own;
      throw error;
    }
  }

  async #sendParts(
    key: string,
    source: PartSource,
    signal: AbortSignal,
    headers: Record<string, string>,
    progress: UploadProgress,
  ): Promise<string> {
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
      return await uploadInParts(this.bucket, key, noting, headers, signal, progress);
    } catch (error) {
      const own = multipartEtag(md5s);
      const lost = mayBeDone(error) || isUploadGone(error);
      if (lost && (await this.bucket.head(key, signal))?.etag === own) return own;
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
