import { MAX_KEYS, type ListingRequest } from './object-listing';
import { invalidArgument, S3Error } from './s3-error';

/** A ListObjectsV2 query, checked. */
export interface ListQuery {
  request: ListingRequest;
  urlEncoded: boolean;
}

/**
 * Reads the query of `GET /bucket?list-type=2`. `fetch-owner` and parameters of signed URLs are passed over.
 * @throws S3Error where S3 would refuse: another list type, a bad `max-keys`, an unknown encoding, an empty token
 */
export function parseListQuery(query: URLSearchParams): ListQuery {
  if (query.get('list-type') !== '2') {
    throw new S3Error(501, 'NotImplemented', 'Only ListObjectsV2 is offered: ask with ?list-type=2');
  }
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request');
  const continuationToken = query.get('continuation-token');
  if (continuationToken === '') throw invalidArgument('The continuation token provided is incorrect');
  return {
    urlEncoded: encoding === 'url',
    request: {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      startAfter: query.get('start-after') ?? '',
      maxKeys: parseMaxKeys(query.get('max-keys')),
      ...(continuationToken === null ? {} : { continuationToken }),
    },
  };
}

function parseMaxKeys(text: string | null): number {
  if (text === null || text === '') return MAX_KEYS;
  const maxKeys = Number(text);
  if (!/^\d+$/.test(text) || maxKeys > 2 ** 31 - 1) {
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647');
  }
  return Math.min(maxKeys, MAX_KEYS);
}
