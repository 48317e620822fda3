import { describe, expect, it } from 'vitest';
import { locateBucket } from './bucket-place';
import { parseStorageAddress, type BucketAddress } from './storage-address';

const noFiles = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };

function bucketOf(text: string): BucketAddress {
  const address = parseStorageAddress(text);
  if (address.kind !== 'bucket') throw new Error('not a bucket');
  return address;
}

describe('an address', () => {
  it.each([
    ['s3://sea/a b+%41/', { bucket: 'sea', prefix: 'a b+%41/' }],
    ['s3://sea', { bucket: 'sea', prefix: '' }],
    [
      's3://sea/lake?region=eu-north-1&endpoint=http://127.0.0.1:9000/',
      { prefix: 'lake/', region: 'eu-north-1', endpoint: 'http://127.0.0.1:9000' },
    ],
    ['s3://sea/lake?anonymous=true', { anonymous: true }],
    ['https://s3.eu-west-2.amazonaws.com/sea/a%20b', { bucket: 'sea', prefix: 'a b/', region: 'eu-west-2' }],
    ['https://sea.s3.eu-west-2.amazonaws.com/lake/', { bucket: 'sea', prefix: 'lake/', region: 'eu-west-2' }],
    [
      'https://us-west-2.opendata.source.coop.s3.us-west-2.amazonaws.com/x',
      { bucket: 'us-west-2.opendata.source.coop', prefix: 'x/' },
    ],
    [
      'https://data.source.coop/account/product/lake',
      { bucket: 'account', prefix: 'product/lake/', endpoint: 'https://data.source.coop' },
    ],
    [
      'https://sea.storage.googleapis.com/lake',
      { bucket: 'sea', prefix: 'lake/', endpoint: 'https://storage.googleapis.com' },
    ],
    ['http://127.0.0.1:8000/lake/', { bucket: 'lake', prefix: '', endpoint: 'http://127.0.0.1:8000' }],
  ])('%s is read', (text, expected) => {
    expect(parseStorageAddress(text)).toMatchObject(expected);
  });

  it('without a scheme is a folder', () => {
    expect(parseStorageAddress('../a=b/c?d')).toEqual({ kind: 'folder', path: '../a=b/c?d' });
  });

  it.each([
    'https://user:hunter2@store.example/sea',
    's3://user:hunter2@sea/lake',
    's3://sea/lake?secret_access_key=hunter2',
    'https://store.example/sea?X-Amz-Signature=hunter2',
    's3://sea/lake?endpoint=https://user:hunter2@store.example',
  ])('%s is refused without repeating the secret', (text) => {
    expect(() => parseStorageAddress(text)).toThrow(/^(?!.*hunter2)/);
  });

  it.each(['s3://', 's3:///lake', 's3://sea?colour=blue', 'ftp://store/sea', 'https://', 'https://store.example/'])(
    '%s is refused',
    (text) => {
      expect(() => parseStorageAddress(text)).toThrow();
    },
  );
});

describe('the place of a bucket', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['s3://sea/x', {}, 'https://sea.s3.us-east-1.amazonaws.com', 'us-east-1'],
    ['s3://sea/x', { AWS_REGION: 'eu-north-1' }, 'https://sea.s3.eu-north-1.amazonaws.com', 'eu-north-1'],
    ['s3://sea/x', { AWS_DEFAULT_REGION: 'cn-north-1' }, 'https://sea.s3.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    [
      's3://a.b.c/x?region=eu-west-1',
      { AWS_REGION: 'eu-north-1' },
      'https://s3.eu-west-1.amazonaws.com/a.b.c',
      'eu-west-1',
    ],
    [
      's3://sea/x',
      { AWS_ENDPOINT_URL: 'http://a:1', AWS_ENDPOINT_URL_S3: 'http://b:2/' },
      'http://b:2/sea',
      'us-east-1',
    ],
    ['s3://sea/x?endpoint=c.example/s3', { AWS_ENDPOINT_URL: 'http://a:1' }, 'https://c.example/s3/sea', 'us-east-1'],
    [
      's3://sea/x?endpoint=https://0a.r2.cloudflarestorage.com',
      { AWS_REGION: 'x' },
      'https://0a.r2.cloudflarestorage.com/sea',
      'auto',
    ],
    ['https://storage.googleapis.com/sea/x', {}, 'https://storage.googleapis.com/sea', 'auto'],
    [
      's3://sea/x?endpoint=https://s3.eu-central-003.backblazeb2.com',
      {},
      'https://s3.eu-central-003.backblazeb2.com/sea',
      'eu-central-003',
    ],
    [
      's3://sea/x',
      { AWS_ENDPOINT_URL: 'http://a:1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://sea.s3.us-east-1.amazonaws.com',
      'us-east-1',
    ],
  ])('of %s with %j is %s in %s', async (text, env, url, region) => {
    expect(await locateBucket(bucketOf(text), { ...noFiles, ...env })).toMatchObject({ url, region });
  });
});
