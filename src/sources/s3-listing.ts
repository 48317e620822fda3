import { LakeError } from '../lake/lake-error';
import type { ListPage, ListRequest } from './object-store';
import { cannotListError } from './s3-errors';
import { childText, parseXml } from './xml';
import type { XmlElement } from './xml';

/** The query of a ListObjectsV2 request for a page of a lake's keys. Every blank is sent as `%20`. */
export function listingQuery(request: ListRequest, lakePrefix: string): string {
  const parameters: [string, string | undefined][] = [
    ['list-type', '2'],
    ['encoding-type', 'url'],
    ['prefix', lakePrefix + request.prefix],
    ['delimiter', request.delimiter],
    ['start-after', request.startAfter === undefined ? undefined : lakePrefix + request.startAfter],
    ['continuation-token', request.continuationToken],
  ];
  return parameters
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
    .join('&');
}

/**
 * Reads the answer to ListObjectsV2. Keys are made relative to the lake; the folder's own empty object is left out.
 * @param url for messages
 * @throws LakeError `truncated` where the document breaks off, `not-a-lake` where it is not a listing
 */
export function parseListing(text: string, lakePrefix: string, url: string): ListPage {
  const document = parseXml(text);
  if (document?.name !== 'ListBucketResult') throw notAListing(text, url);
  const decode = childText(document, 'EncodingType') === 'url' ? decodeFormText : (key: string) => key;
  const relative = (key: string): string[] =>
    key.startsWith(lakePrefix) && key.length > lakePrefix.length ? [key.slice(lakePrefix.length)] : [];

  const objects = elements(document, 'Contents').flatMap((entry) => {
    const size = Number(childText(entry, 'Size') ?? NaN);
    if (!Number.isSafeInteger(size)) throw notAListing(text, url);
    const etag = (childText(entry, 'ETag') ?? '').replaceAll('"', '');
    return relative(decode(childText(entry, 'Key') ?? '')).map((key) => ({ key, size, etag }));
  });
  const prefixes = elements(document, 'CommonPrefixes').flatMap((entry) =>
    relative(decode(childText(entry, 'Prefix') ?? '')),
  );
  if (childText(document, 'IsTruncated') !== 'true') return { objects, prefixes };
  const continuationToken = childText(document, 'NextContinuationToken');
  if (continuationToken === undefined) throw notAListing(text, url);
  return { objects, prefixes, continuationToken };
}

function elements(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

/** S3 encodes keys like a form does, with `+` for a blank. */
function decodeFormText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function notAListing(text: string, url: string): LakeError {
  if (text.includes('<ListBucketResult')) {
    return new LakeError({
      code: 'truncated',
      message: `The listing of ${url} broke off or is malformed.`,
      advice: 'Try again; if it stays so, ask whoever runs the store.',
    });
  }
  const page = /^\s*<(!doctype\s+)?html/i.test(text);
  return cannotListError(url, page ? ' but sends a web page' : /^\s*[{[]/.test(text) ? ' but sends JSON' : '');
}
