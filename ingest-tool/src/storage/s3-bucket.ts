import type { ByteSpan, StoredObject } from './lake-storage';
import type { S3Client } from './s3-client';
import { isUnsupported, S3Failure } from './s3-failure';
import {
  parseDeleteErrors,
  parseField,
  parseListing,
  parseParts,
  parseUploads,
  withoutQuotes,
  type PendingUpload,
  type StoredPart,
} from './s3-listing';
import { escapeXml } from './xml-document';

const DELETE_BATCH = 1000;

/** The requests of S3 below a folder of a bucket; keys are relative to it. */
export class S3Bucket {
  readonly client: S3Client;
  readonly #prefix: string;

  /** @param prefix ends in `/`, or is empty */
  constructor(client: S3Client, prefix: string) {
    this.client = client;
    this.#prefix = prefix;
  }

  /** Pages of objects in the order of their keys; empty objects that stand for folders are left out. */
  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject[]> {
    let token: string | undefined;
    do {
      const query = {
        'list-type': '2',
        'encoding-type': 'url',
        prefix: this.#prefix + prefix,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      };
      const answer = await this.client.send({ doing: 'list', method: 'GET', query }, signal);
      const page = parseListing(answer.body, this.client.urlOf());
      const objects = page.objects.flatMap((object) => {
        const key = this.#relative(object.key);
        return key === '' || key.endsWith('/') ? [] : [{ ...object, key }];
      });
      if (objects.length > 0) yield objects;
      token = page.token;
    } while (token !== undefined);
  }

  /** @returns undefined where there is no such object */
  async get(
    key: string,
    signal: AbortSignal,
    span?: ByteSpan,
  ): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    if (span !== undefined && span.end <= span.start) return await this.#getNothing(key, signal);
    const headers = span === undefined ? {} : { range: `bytes=${span.start}-${span.end - 1}` };
    const expects = ({ status, code }: S3Failure): boolean =>
      (status === 404 && code !== 'NoSuchBucket') || status === 416;
    try {
      const {
        status,
        body,
        headers: said,
      } = await this.client.send({ doing: 'read', method: 'GET', key: this.#prefix + key, headers, expects }, signal);
      const bytes = span === undefined || status === 206 ? body : body.subarray(span.start, span.end);
      return { bytes, etag: withoutQuotes(said.etag ?? '') };
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error;
      return error.status === 416 ? await this.#getNothing(key, signal) : undefined;
    }
  }

  /** The ETag of an object; undefined where there is none. */
  async head(key: string, signal: AbortSignal): Promise<{ size: number; etag: string } | undefined> {
    const expects = ({ status }: S3Failure): boolean => status === 404;
    try {
      const { headers } = await this.client.send(
        { doing: 'look at', method: 'HEAD', key: this.#prefix + key, expects },
        signal,
      );
      return { size: Number(headers['content-length'] ?? NaN), etag: withoutQuotes(headers.etag ?? '') };
    } catch (error) {
      if (error instanceof S3Failure) return undefined;
      throw error;
    }
  }

  /**
   * @param headers conditions, for example
   * @throws S3Failure where a condition does not hold, or the store knows none
   */
  async put(
    key: string,
    body: Uint8Array,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ etag: string; repeats: number }> {
    const answer = await this.client.send(
      {
        doing: 'write',
        method: 'PUT',
        key: this.#prefix + key,
        headers: { 'content-type': contentType(key), ...headers },
        body,
        expects: isAboutCondition,
      },
      signal,
    );
    return { etag: withoutQuotes(answer.headers.etag ?? ''), repeats: answer.repeats };
  }

  /** Removes objects, many in one request where the store can. */
  async remove(keys: readonly string[], signal: AbortSignal): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETE_BATCH) {
      const batch = keys.slice(start, start + DELETE_BATCH);
      // XML cannot say control characters.
      const single = batch.filter((key) => /[\0-\x1f\x7f\ufffe\uffff]/.test(key));
      const refused = await this.#removeTogether(
        batch.filter((key) => !single.includes(key)),
        signal,
      );
      for (const key of [...single, ...refused]) await this.#removeOne(key, signal);
    }
  }

  async createUpload(key: string, signal: AbortSignal): Promise<string> {
    const answer = await this.client.send(
      {
        doing: 'write',
        method: 'POST',
        key: this.#prefix + key,
        query: { uploads: '' },
        headers: { 'content-type': contentType(key) },
      },
      signal,
    );
    return parseField(answer.body, 'InitiateMultipartUploadResult', 'UploadId', this.client.urlOf(this.#prefix + key));
  }

  /**
   * @returns the ETag of the part
   * @throws S3Failure where there is no such upload any more
   */
  async putPart(key: string, uploadId: string, number: number, body: Uint8Array, signal: AbortSignal): Promise<string> {
    const query = { partNumber: String(number), uploadId };
    const answer = await this.client.send(
      { doing: 'write', method: 'PUT', key: this.#prefix + key, query, body, expects: isNoUpload },
      signal,
    );
    return withoutQuotes(answer.headers.etag ?? '');
  }

  /** The parts of an upload that the store has; undefined where there is no such upload. */
  async listParts(key: string, uploadId: string, signal: AbortSignal): Promise<StoredPart[] | undefined> {
    const parts: StoredPart[] = [];
    let marker: string | undefined;
    do {
      const query = { uploadId, ...(marker === undefined ? {} : { 'part-number-marker': marker }) };
      try {
        const answer = await this.client.send(
          { doing: 'list the parts of', method: 'GET', key: this.#prefix + key, query, expects: isNoUpload },
          signal,
        );
        const page = parseParts(answer.body, this.client.urlOf(this.#prefix + key));
        parts.push(...page.parts);
        marker = page.next;
      } catch (error) {
        if (error instanceof S3Failure) return undefined;
        throw error;
      }
    } while (marker !== undefined);
    return parts;
  }

  /**
   * Makes an object of the parts of an upload.
   * @returns its ETag
   * @throws S3Failure where a condition does not hold, or there is no such upload any more
   */
  async completeUpload(
    key: string,
    uploadId: string,
    etags: readonly string[],
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<string> {
    const parts = etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${escapeXml(etag)}"</ETag></Part>`,
    );
    const answer = await this.client.send(
      {
        doing: 'write',
        method: 'POST',
        key: this.#prefix + key,
        query: { uploadId },
        headers: { 'content-type': 'application/xml', ...headers },
        body: Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`),
        expects: (failure) => isNoUpload(failure) || isAboutCondition(failure),
      },
      signal,
    );
    return withoutQuotes(
      parseField(answer.body, 'CompleteMultipartUploadResult', 'ETag', this.client.urlOf(this.#prefix + key)),
    );
  }

  async abortUpload(key: string, uploadId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.client.send(
        { doing: 'clean up', method: 'DELETE', key: this.#prefix + key, query: { uploadId }, expects: isNoUpload },
        signal,
      );
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error;
    }
  }

  /** Uploads under way below the folder, by anybody; none where the store does not tell. */
  async listUploads(signal: AbortSignal): Promise<PendingUpload[]> {
    const uploads: PendingUpload[] = [];
    let next: [string, string] | undefined;
    do {
      const markers: Record<string, string> =
        next === undefined ? {} : { 'key-marker': next[0], 'upload-id-marker': next[1] };
      const query = { uploads: '', prefix: this.#prefix, 'encoding-type': 'url', ...markers };
      const expects = (failure: S3Failure): boolean => isUnsupported(failure) || failure.status === 403;
      try {
        const answer = await this.client.send({ doing: 'list the uploads of', method: 'GET', query, expects }, signal);
        const page = parseUploads(answer.body, this.client.urlOf());
        uploads.push(...page.uploads.map(({ key, uploadId }) => ({ key: this.#relative(key), uploadId })));
        next = page.next;
      } catch (error) {
        if (error instanceof S3Failure) return uploads;
        throw error;
      }
    } while (next !== undefined);
    return uploads.filter(({ key }) => key !== '');
  }

  #relative(key: string): string {
    return key.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : '';
  }

  async #getNothing(key: string, signal: AbortSignal): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    const there = await this.head(key, signal);
    return there === undefined ? undefined : { bytes: new Uint8Array(), etag: there.etag };
  }

  /** @returns the keys of which the store could not say that they are gone */
  async #removeTogether(keys: readonly string[], signal: AbortSignal): Promise<string[]> {
    if (keys.length === 0) return [];
    const objects = keys.map((key) => `<Object><Key>${escapeXml(this.#prefix + key)}</Key></Object>`);
    const body = Buffer.from(`<Delete><Quiet>true</Quiet>${objects.join('')}</Delete>`);
    // Google Cloud and others do not know removal of many, and say so in many ways.
    const expects = (failure: S3Failure): boolean => isUnsupported(failure) || failure.status === 400;
    try {
      const answer = await this.client.send(
        { doing: 'remove from', method: 'POST', query: { delete: '' }, body, expects },
        signal,
      );
      return parseDeleteErrors(answer.body, this.client.urlOf()).map(({ key }) => this.#relative(key));
    } catch (error) {
      if (error instanceof S3Failure) return [...keys];
      throw error;
    }
  }

  async #removeOne(key: string, signal: AbortSignal): Promise<void> {
    const expects = ({ status }: S3Failure): boolean => status === 404;
    try {
      await this.client.send({ doing: 'remove', method: 'DELETE', key: this.#prefix + key, expects }, signal);
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error;
    }
  }
}

function isAboutCondition(failure: S3Failure): boolean {
  return ([404, 409, 412].includes(failure.status) && failure.code !== 'NoSuchBucket') || isUnsupported(failure);
}

function isNoUpload({ code, status }: S3Failure): boolean {
  return code === 'NoSuchUpload' || (status === 404 && code !== 'NoSuchBucket');
}

function contentType(key: string): string {
  if (key.endsWith('.parquet')) return 'application/vnd.apache.parquet';
  return key.endsWith('.json') ? 'application/json' : 'application/octet-stream';
}
