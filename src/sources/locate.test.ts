import { describe, expect, it } from 'vitest';
import { LakeError } from '../lake/lake-error';
import { locateLake } from './locate';

const PAGE = 'https://site.example/tools/index.html';

describe('locateLake', () => {
  it.each([
    ['s3://ocean/lake?region=eu-west-1', 'https://ocean.s3.eu-west-1.amazonaws.com/', 'lake/'],
    ['s3://ocean', 'https://ocean.s3.amazonaws.com/', ''],
    [
      's3://us-west-2.opendata.source.coop/a/b/?region=us-west-2',
      'https://s3.us-west-2.amazonaws.com/us-west-2.opendata.source.coop/',
      'a/b/',
    ],
    ['s3://ocean/a?endpoint=http://minio.local:9000', 'http://minio.local:9000/ocean/', 'a/'],
    ['s3://ocean/a?endpoint=minio.local', 'https://minio.local/ocean/', 'a/'],
    ['https://ocean.s3.eu-west-1.amazonaws.com/lake/', 'https://ocean.s3.eu-west-1.amazonaws.com/', 'lake/'],
    ['https://ocean.s3.amazonaws.com/', 'https://ocean.s3.amazonaws.com/', ''],
    ['https://ocean.s3-eu-west-1.amazonaws.com/lake', 'https://ocean.s3.eu-west-1.amazonaws.com/', 'lake/'],
    ['https://a.b.s3.eu-west-1.amazonaws.com/lake', 'https://s3.eu-west-1.amazonaws.com/a.b/', 'lake/'],
    ['https://s3.eu-west-1.amazonaws.com/ocean/lake/', 'https://ocean.s3.eu-west-1.amazonaws.com/', 'lake/'],
    ['https://s3.dualstack.us-east-1.amazonaws.com/ocean/x', 'https://ocean.s3.us-east-1.amazonaws.com/', 'x/'],
    ['http://localhost:9000/ocean/my%20lake/v1', 'http://localhost:9000/ocean/', 'my lake/v1/'],
    ['/lake/', 'https://site.example/lake/', ''],
    ['./lake/rapid/', 'https://site.example/tools/', 'lake/rapid/'],
    [' /lake ', 'https://site.example/lake/', ''],
  ])('reads %s', (text, bucketUrl, prefix) => {
    expect(locateLake(text, PAGE)).toEqual({ kind: 's3', bucketUrl, prefix });
  });

  it.each(['', 'lake', 'ftp://host/bucket/', 's3:///lake', 'https://host/', 'javascript:alert(1)', 'http://'])(
    'refuses “%s” and says what to give',
    (text) => {
      expect(() => locateLake(text, PAGE)).toThrow(LakeError);
    },
  );

  it.each(['https://user:hunter2@host/bucket/', 'https://host/bucket/?X-Amz-Signature=hunter2'])(
    'refuses secrets in %s without repeating them',
    (text) => {
      try {
        locateLake(text, PAGE);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'unsupported' });
        expect(JSON.stringify(error instanceof LakeError && error.toData())).not.toContain('hunter2');
      }
    },
  );
});
