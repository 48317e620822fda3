import type { ListingPage, ListingRequest } from './object-listing';
import type { S3Error } from './s3-error';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** What a listing answers to, and how its keys are written. */
export interface ListingContext {
  bucket: string;
  request: ListingRequest;
  /** `encoding-type=url`: keys, prefixes and delimiter are percent-encoded, the only way to send any key through XML. */
  urlEncoded: boolean;
}

/** The ListBucketResult of ListObjectsV2. */
export function formatListing(page: ListingPage, { bucket, request, urlEncoded }: ListingContext): string {
  const encode = urlEncoded ? encodeKey : (text: string) => text;
  const contents = page.files.map(
    ({ key, modified, etag, size }) =>
      `<Contents>${element('Key', encode(key))}${element('LastModified', modified.toISOString())}` +
      `${element('ETag', etag)}${element('Size', String(size))}<StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const folds = page.commonPrefixes.map(
    (prefix) => `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`,
  );
  return [
    `${DECLARATION}<ListBucketResult xmlns="${NAMESPACE}">`,
    element('Name', bucket),
    element('Prefix', encode(request.prefix)),
    request.startAfter === '' ? '' : element('StartAfter', encode(request.startAfter)),
    optional('ContinuationToken', request.continuationToken),
    optional('NextContinuationToken', page.nextToken),
    element('KeyCount', String(contents.length + folds.length)),
    element('MaxKeys', String(request.maxKeys)),
    request.delimiter === '' ? '' : element('Delimiter', encode(request.delimiter)),
    urlEncoded ? element('EncodingType', 'url') : '',
    element('IsTruncated', String(page.nextToken !== undefined)),
    ...contents,
    ...folds,
    '</ListBucketResult>',
  ].join('');
}

/** The error document of S3. */
export function formatError(error: S3Error, resource: string, requestId: string): string {
  return (
    `${DECLARATION}<Error>${element('Code', error.code)}${element('Message', error.message)}` +
    `${element('Resource', resource)}${element('RequestId', requestId)}</Error>`
  );
}

/** Percent-encodes a key as S3 does in a listing: a blank becomes `+`, and `/` stays. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function optional(name: string, text: string | undefined): string {
  return text === undefined ? '' : element(name, text);
}

function escapeXml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // S3 writes control characters as references too, which strict XML 1.0 parsers refuse: hence encoding-type=url.
  return text.replace(/[&<>"\u0000-\u001f\u007f]/g, (character) => named[character] ?? `&#${character.charCodeAt(0)};`);
}
