import type { ByteRange, Fetched, ListPage, ListRequest, ObjectStore } from './object-store';
import { listingQuery, parseListing } from './s3-listing';
import { lakeUrl, type S3Location } from './s3-location';
import { createS3Reader, type S3ReaderOptions } from './s3-reader';

/**
 * Reads a lake over the S3 REST API: ListObjectsV2 and GET, nothing else, anonymously or by signed URLs. No request has
 * a header that would cost a CORS preflight.
 */
export function createS3Store(location: S3Location, options: S3ReaderOptions = {}): ObjectStore {
  const url = lakeUrl(location);
  const { access, reader } = createS3Reader(location, options);

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
