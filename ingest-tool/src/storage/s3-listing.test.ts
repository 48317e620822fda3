import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './request-retry';
import { parseListing, parseParts, parseUploads } from './s3-listing';
import { multipartEtag, PART_BYTES, partBytesFor } from './s3-upload';
import { parseXml } from './xml-document';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('an answer of a store', () => {
  it('lists keys as they are, encoded or not', () => {
    const entry = '<Contents><Key>a%2Bb+c%25</Key><Size>3</Size><ETag>&quot;e&quot;</ETag></Contents>';
    const encoded = `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>${entry}</ListBucketResult>`;
    expect(parseListing(bytes(encoded), 'u').objects).toEqual([{ key: 'a+b c%', size: 3, etag: 'e' }]);
    const plain = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>${entry}</ListBucketResult>`;
    expect(parseListing(bytes(plain), 'u')).toEqual({
      objects: [{ key: 'a%2Bb+c%25', size: 3, etag: 'e' }],
      token: 't&1',
    });
  });

  it.each([
    '',
    '<html><body>hi</body></html>',
    '<ListBucketResult><Contents>',
    '<ListBucketResult/><x/>',
    '{}',
    '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>',
  ])('is refused where it is %j', (text) => {
    expect(() => parseListing(bytes(text), 'https://store.example')).toThrow(
      'The answer of https://store.example is not one of S3',
    );
  });

  it('lists uploads and parts', () => {
    const uploads =
      '<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>i</NextUploadIdMarker><Upload><Key>k</Key><UploadId>i</UploadId></Upload></ListMultipartUploadsResult>';
    expect(parseUploads(bytes(uploads), 'u')).toEqual({ uploads: [{ key: 'k', uploadId: 'i' }], next: ['k', 'i'] });
    const parts =
      '<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>2</PartNumber><ETag>"e"</ETag><Size>5</Size></Part></ListPartsResult>';
    expect(parseParts(bytes(parts), 'u')).toEqual({ parts: [{ number: 2, size: 5, etag: 'e' }] });
  });

  it('may use CDATA, comments and references', () => {
    expect(parseXml('<!-- c --><a:b x="1">1<![CDATA[<2>]]>&#51;&#x34;<c/></a:b>')).toEqual({
      name: 'b',
      children: [{ name: 'c', children: [], text: '' }],
      text: '1<2>34',
    });
  });
});

describe('parts of an upload', () => {
  it('are so large that there are never more than 10,000', () => {
    for (const size of [0, 1, PART_BYTES, PART_BYTES * 10_000, PART_BYTES * 10_000 + 1, 5 * 2 ** 40]) {
      expect(Math.ceil(size / partBytesFor(size))).toBeLessThanOrEqual(10_000);
    }
    expect(partBytesFor(PART_BYTES * 10_000)).toBe(PART_BYTES);
  });

  it('give the ETag that S3 gives', () => {
    const empty = 'd41d8cd98f00b204e9800998ecf8427e';
    expect(multipartEtag([empty])).toBe('59adb24ef3cdbe0297f05b395827453f-1');
    expect(multipartEtag([empty, empty])).toBe('5873dd45edd01f09c1ef2e7819369e8e-2');
  });
});

describe('a wish to wait', () => {
  it.each<[string | undefined, number]>([
    [undefined, 0],
    ['', 0],
    ['2', 2000],
    ['-1', 0],
    ['soon', 0],
    ['Thu, 01 Jan 1970 00:00:03 GMT', 2000],
  ])('of %j is %i ms', (header, expected) => {
    expect(parseRetryAfter(header, 1000)).toBe(expected);
  });
});
