import { createHttpReader, type HttpReader, type RefusedAnswer } from './http-reader';
import type { S3Keys } from './lake-source';
import { DEFAULT_RETRY_POLICY, TransientFailure, type RetryPolicy } from './retry';
import { accessS3, type S3Access } from './s3-access';
import { cannotListError, responseError } from './s3-errors';
import { lakeUrl, type S3Location } from './s3-location';
import { readRefusal } from './s3-refusal';

export interface S3ReaderOptions {
  /** Without keys the bucket is read anonymously. */
  keys?: S3Keys | undefined;
  retryPolicy?: RetryPolicy;
}

/** Access to a bucket, and the reader of its URLs. A bucket that turns out to be in another region is asked there. */
export function createS3Reader(
  location: S3Location,
  { keys, retryPolicy = DEFAULT_RETRY_POLICY }: S3ReaderOptions,
): { access: S3Access; reader: HttpReader } {
  const access = accessS3(location, keys);
  const signed = keys !== undefined;

  function refuse({ purpose, status, headers, text, url }: RefusedAnswer): Error {
    const refusal = readRefusal(text, status, headers);
    // A web server answers a listing's query with a page of its own.
    const isS3 = refusal.code !== undefined || text.trim() === '';
    if (purpose === 'list' && !isS3 && [400, 401, 403, 404, 405].includes(status)) {
      return cannotListError(lakeUrl(location));
    }
    const error = responseError({ ...refusal, purpose, status, url, signed });
    const elsewhere = refusal.region !== undefined && access.learnRegion(refusal.region);
    return elsewhere ? new TransientFailure(error, 0) : error;
  }

  return { access, reader: createHttpReader({ retryPolicy, signed, refuse }) };
}
