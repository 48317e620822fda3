import { describe, expect, it } from 'vitest';
import { noSuchKey } from './s3-error';
import { encodeKey, formatError, formatListing, type ListingContext } from './s3-xml';

const modified = new Date('2026-01-02T03:04:05.678Z');
const request = { prefix: 'a&b/', delimiter: '/', startAfter: '', maxKeys: 2 };
const page = {
  files: [{ key: 'a&b/<x> 1+1\u0001', size: 7, etag: '"e"', modified }],
  commonPrefixes: ['a&b/é/'],
  nextToken: 'tok',
};
const listing = (more: Partial<ListingContext> = {}): string =>
  formatListing(page, { bucket: 'lake', request, urlEncoded: false, ...more });

describe('formatListing', () => {
  it('writes the elements of ListObjectsV2 in its namespace', () => {
    expect(listing()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>lake</Name><Prefix>a&amp;b/</Prefix>' +
        '<NextContinuationToken>tok</NextContinuationToken><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>' +
        '<Delimiter>/</Delimiter><IsTruncated>true</IsTruncated><Contents><Key>a&amp;b/&lt;x&gt; 1+1&#1;</Key>' +
        '<LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;e&quot;</ETag><Size>7</Size>' +
        '<StorageClass>STANDARD</StorageClass></Contents><CommonPrefixes><Prefix>a&amp;b/é/</Prefix></CommonPrefixes>' +
        '</ListBucketResult>',
    );
  });

  it('percent-encodes every key where that is asked for', () => {
    const xml = listing({ urlEncoded: true });
    expect(xml).toContain('<Key>a%26b/%3Cx%3E+1%2B1%01</Key>');
    expect(xml).toContain('<Prefix>a%26b/</Prefix>');
    expect(xml).toContain('<Prefix>a%26b/%C3%A9/</Prefix>');
    expect(xml).toContain('<EncodingType>url</EncodingType>');
  });

  it('repeats where the page started', () => {
    const xml = listing({ request: { ...request, startAfter: 'a', continuationToken: 't0' } });
    expect(xml).toContain('<StartAfter>a</StartAfter><ContinuationToken>t0</ContinuationToken>');
  });
});

describe('encodeKey', () => {
  it('encodes what S3 encodes', () => {
    expect(encodeKey("test_file(3).png/a-b*c~d!'")).toBe('test_file%283%29.png/a-b*c%7Ed%21%27');
  });
});

describe('formatError', () => {
  it('names code, message, resource and request', () => {
    expect(formatError(noSuchKey(), '/lake/a&b', 'ID')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
        '<Message>The specified key does not exist.</Message><Resource>/lake/a&amp;b</Resource>' +
        '<RequestId>ID</RequestId></Error>',
    );
  });
});
