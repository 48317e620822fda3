import { createHttpReader, type RefusedAnswer } from './http-reader';
import type { S3Keys } from './lake-source';
import type { ByteRange, Fetched, ListPage, ListRequest, ObjectStore } from './object-store';
import { DEFAULT_RETRY_POLICY, TransientFailure, type RetryPolicy } from './retry';
import { accessS3 } from './s3-access';
import { cannotListError, responseError } from './s3-errors';
import { listingQuery, parseListing } from './s3-listing';
import { lakeUrl, type S3Location } from './s3-location';
import { readRefusal } from './s3-refusal';

export interface S3StoreOptions {
  /** Without keys the bucket is read anonymously. */
  keys?: S3Keys | undefined;
  retryPolicy?: RetryPolicy;
}

/**
 * Reads a lake over the S3 REST API: ListObjectsV2 and GET, nothing else, anonymously or by signed URLs. No request has
 * a header that would cost a CORS preflight. A bucket that turns out to be in another region is asked there.
 */
export function createS3Store(
  location: S3Location,
  { keys, retryPolicy = DEFAULT_RETRY_POLICY }: S3StoreOptions = {},
): ObjectStore {
  const url = lakeUrl(location);
  const access = accessS3(location, keys);
  const reader = createHttpReader({ retryPolicy, signed: access.signed, refuse });

  function refuse({ purpose, status, headers, text, url: asked }: RefusedAnswer): Error {
    const refusal = readRefusal(text, status, headers);
    // A web server answers a listing's query with a page of its own, or with none.
    const isS3 = refusal.code !== undefined || text.trim() === '';
    if (purpose === 'list' && !isS3 && [400, 401, 403, 404, 405].includes(status)) return cannotListError(url);
    const error = responseError({ ...refusal, purpose, status, url: asked, signed: access.signed });
    const elsewhere = refusal.region !== undefined && access.learnRegion(refusal.region);
    return elsewhere ? new TransientFailure(error, 0) : error;
  }

  async function list(request: ListRequest, signal: AbortSignal): Promise<Fetched<ListPage>> {
    const fetched = await reader.listing(() => access.listingUrl(listingQuery(request, location.prefix)), signal);
    return { ...fetched, value: parseListing(new TextDecoder().decode(fetched.value), location.prefix, url) };
  }

  function get(key: string, signal: AbortSignal, range?: ByteRange): Promise<Fetched<Uint8Array>> {
    const target = () => access.objectUrl(key);
    return range ? reader.range(target, range, signal) : reader.whole(target, signal);
  }

  return { url, list, get };
}
