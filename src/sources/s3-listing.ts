import { LakeError } from '../lake/lake-error';
import type { ListPage, ListRequest } from './object-store';
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

/** The code of an S3 error document, such as `NoSuchBucket`; undefined where the text is none. */
export function s3ErrorCode(text: string): string | undefined {
  const document = parseXml(text);
  return document?.name === 'Error' ? childText(document, 'Code') : undefined;
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
  const seen = /^\s*<(!doctype\s+)?html/i.test(text)
    ? ': it is a web page'
    : /^\s*[{[]/.test(text)
      ? ': it is JSON'
      : '';
  return new LakeError({
    code: 'not-a-lake',
    message: `The answer of ${url} is not an S3 listing${seen}.`,
    advice: 'Give the address of a bucket that answers S3 requests (ListObjectsV2), with the lake’s folder behind it.',
  });
}
