import { describe, expect, it } from 'vitest';
import { listingQuery, parseListing } from './s3-listing';

const page = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`;

describe('listingQuery', () => {
  it('puts the lake before prefix and start-after, and sends no blank as a plus', () => {
    const query = listingQuery({ prefix: 'a b/', delimiter: '/', startAfter: 'a b/c+d' }, 'lake/');
    expect(query).toBe(
      'list-type=2&encoding-type=url&prefix=lake%2Fa%20b%2F&delimiter=%2F&start-after=lake%2Fa%20b%2Fc%2Bd',
    );
  });
});

describe('parseListing', () => {
  it('gives keys, sizes, ETags and folders relative to the lake', () => {
    const text = page(
      `<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>
       <Contents><Key>lake/</Key><Size>0</Size></Contents>
       <Contents><Key>lake/station%3D%C3%A5/a+b%2Bc%2520d.parquet</Key><Size>17</Size><ETag>&quot;abc&quot;</ETag></Contents>
       <CommonPrefixes><Prefix>lake/year%3D2025/</Prefix></CommonPrefixes>`,
    );
    expect(parseListing(text, 'lake/', 'http://host/bucket/lake/')).toEqual({
      objects: [{ key: 'station=å/a b+c%20d.parquet', size: 17, etag: 'abc' }],
      prefixes: ['year=2025/'],
      continuationToken: 'a&b',
    });
  });

  it('takes keys as they stand where the server did not encode them', () => {
    const text = page(`<Contents><Key>a+b%20&#65;&#x42;<![CDATA[<c>]]></Key><Size>1</Size></Contents>`);
    expect(parseListing(text, '', 'http://host/b/').objects[0]?.key).toBe('a+b%20AB<c>');
  });

  it('reads prefixed namespaces, comments and empty elements', () => {
    const text = `<s3:ListBucketResult><!-- x --><s3:Prefix/><s3:Contents><s3:Key>a</s3:Key><s3:Size>1</s3:Size></s3:Contents></s3:ListBucketResult>`;
    expect(parseListing(text, '', 'http://host/b/').objects).toEqual([{ key: 'a', size: 1, etag: '' }]);
  });

  it('calls a listing that breaks off truncated', () => {
    const text = page('<Contents><Key>a</Key><Size>1</Size></Contents>');
    for (const length of [text.length - 1, text.length - 30, 130]) {
      expect(() => parseListing(text.slice(0, length), '', 'http://host/b/')).toThrow(
        expect.objectContaining({ code: 'truncated' }),
      );
    }
  });

  it('calls a listing without its continuation token truncated, for files would be missing', () => {
    expect(() => parseListing(page('<IsTruncated>true</IsTruncated>'), '', 'u')).toThrow(
      expect.objectContaining({ code: 'truncated' }),
    );
  });

  it.each(['<!doctype html><html><body>Hello</body></html>', '{"files":[]}', '', 'PAR1', '<Other/>', '<a></b>'])(
    'says that “%s” is not a listing',
    (text) => {
      expect(() => parseListing(text, '', 'http://host/b/')).toThrow(
        expect.objectContaining({ code: 'not-a-lake', message: expect.stringContaining('cannot be listed') }),
      );
    },
  );
});
