import { encodeKey } from './key-url';
import { keysExpiredError } from './s3-errors';
import type { S3Keys } from './lake-source';
import { createPresigner, type Presigner } from './presign';
import { inRegion, type S3Location } from './s3-location';

/** Where and how a bucket is asked. */
export interface S3Access {
  /** The URL that reads an object of the lake, fit for one request now. */
  objectUrl(key: string): Promise<string>;
  /** The URL that answers a listing's query. */
  listingUrl(query: string): Promise<string>;
  /**
   * Takes the region that a refusal named.
   * @returns whether it is worth asking again
   */
  learnRegion(region: string): boolean;
}

/** What a request is signed for where neither the address nor the store says: most stores take it for their own. */
const USUAL_REGION = 'us-east-1';

/**
 * The access to a bucket: anonymous, or signed in the URL, so that no header asks for a CORS preflight.
 * @param now UTC milliseconds; default the machine's clock
 */
export function accessS3(location: S3Location, keys?: S3Keys, now: () => number = Date.now): S3Access {
  let current = location;
  let presign = presignerFor(current);
  let corrected = false;

  function presignerFor({ region = USUAL_REGION }: S3Location): Presigner | undefined {
    return keys && createPresigner(keys, region, { now });
  }

  async function sign(url: string): Promise<string> {
    if (!presign) return url;
    if (keys?.expiresAt !== undefined && keys.expiresAt <= now()) throw keysExpiredError(keys.expiresAt);
    return presign(url);
  }

  return {
    objectUrl: (key) => sign(current.bucketUrl + encodeKey(current.prefix + key)),
    listingUrl: (query) => sign(`${current.listUrl ?? current.bucketUrl}?${query}`),
    learnRegion(region) {
      // Another request may have learnt it already. A store that names one region after another is not followed.
      if (current.region === region) return corrected;
      if (corrected) return false;
      corrected = true;
      current = inRegion(current, region);
      presign = presignerFor(current);
      return true;
    },
  };
}
