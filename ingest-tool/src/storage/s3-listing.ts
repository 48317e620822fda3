import { EXIT, ToolError } from '../tool-error';
import type { StoredObject } from './lake-storage';
import { childrenNamed, childText, parseXml, type XmlElement } from './xml-document';

/** A page of a bucket's keys, which are whole. */
export interface ListingPage {
  objects: StoredObject[];
  /** Gives the next page; undefined on the last. */
  token?: string;
}

/** A multipart upload that is neither complete nor aborted. */
export interface PendingUpload {
  key: string;
  uploadId: string;
}

/** A part that the store has of a multipart upload. */
export interface StoredPart {
  number: number;
  size: number;
  etag: string;
}

/**
 * Reads the answer to ListObjectsV2.
 * @param url for messages
 * @throws ToolError where it is none
 */
export function parseListing(body: Uint8Array, url: string): ListingPage {
  const document = requireDocument(body, 'ListBucketResult', url);
  const decode = keyDecoder(document);
  const objects = childrenNamed(document, 'Contents').map((entry) => ({
    key: decode(childText(entry, 'Key') ?? ''),
    size: Number(childText(entry, 'Size') ?? NaN),
    etag: withoutQuotes(childText(entry, 'ETag') ?? ''),
  }));
  if (childText(document, 'IsTruncated') !== 'true') return { objects };
  const token = childText(document, 'NextContinuationToken');
  if (token === undefined || objects.some(({ size }) => !Number.isSafeInteger(size))) throw notAnAnswer(url);
  return { objects, token };
}

/** Reads the answer to ListMultipartUploads, and where the next page starts. */
export function parseUploads(body: Uint8Array, url: string): { uploads: PendingUpload[]; next?: [string, string] } {
  const document = requireDocument(body, 'ListMultipartUploadsResult', url);
  const decode = keyDecoder(document);
  const uploads = childrenNamed(document, 'Upload').map((entry) => ({
    key: decode(childText(entry, 'Key') ?? ''),
    uploadId: childText(entry, 'UploadId') ?? '',
  }));
  if (childText(document, 'IsTruncated') !== 'true') return { uploads };
  return {
    uploads,
    next: [decode(childText(document, 'NextKeyMarker') ?? ''), childText(document, 'NextUploadIdMarker') ?? ''],
  };
}

/** Reads the answer to ListParts, and the number after which the next page starts. */
export function parseParts(body: Uint8Array, url: string): { parts: StoredPart[]; next?: string } {
  const document = requireDocument(body, 'ListPartsResult', url);
  const parts = childrenNamed(document, 'Part').map((entry) => ({
    number: Number(childText(entry, 'PartNumber')),
    size: Number(childText(entry, 'Size')),
    etag: withoutQuotes(childText(entry, 'ETag') ?? ''),
  }));
  const next = childText(document, 'NextPartNumberMarker');
  return childText(document, 'IsTruncated') === 'true' && next !== undefined ? { parts, next } : { parts };
}

/** A field of an answer, such as the UploadId of CreateMultipartUpload. */
export function parseField(body: Uint8Array, element: string, field: string, url: string): string {
  const value = childText(requireDocument(body, element, url), field);
  if (value === undefined) throw notAnAnswer(url);
  return value;
}

/** Keys that DeleteObjects could not remove, with the reason. */
export function parseDeleteErrors(body: Uint8Array, url: string): { key: string; code: string }[] {
  return childrenNamed(requireDocument(body, 'DeleteResult', url), 'Error').map((entry) => ({
    key: childText(entry, 'Key') ?? '',
    code: childText(entry, 'Code') ?? '',
  }));
}

/** An ETag as it is compared: without quotes. */
export function withoutQuotes(etag: string): string {
  return etag.replaceAll('"', '');
}

function requireDocument(body: Uint8Array, name: string, url: string): XmlElement {
  const document = parseXml(Buffer.from(body).toString('utf8'));
  if (document?.name !== name) throw notAnAnswer(url);
  return document;
}

/** With `encoding-type=url` keys are encoded like forms, `+` for a blank; some stores ignore the wish. */
function keyDecoder(document: XmlElement): (text: string) => string {
  if (childText(document, 'EncodingType') !== 'url') return (text) => text;
  return (text) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return text;
    }
  };
}

function notAnAnswer(url: string): ToolError {
  return new ToolError(
    EXIT.usage,
    `The answer of ${url} is not one of S3`,
    'Give the address of a bucket of an S3-compatible store; the page of a console or a website is none.',
  );
}
