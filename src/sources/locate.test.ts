import { describe, expect, it } from 'vitest';
import { LakeError } from '../lake/lake-error';
import { locateLake } from './locate';

const PAGE = 'https://site.example/tools/index.html';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const R2 = `https://${ACCOUNT}.r2.cloudflarestorage.com`;
const GOOGLE = 'https://storage.googleapis.com';

describe('locateLake', () => {
  it.each<[text: string, bucketUrl: string, prefix: string, region?: string]>([
    ['s3://ocean/lake?region=eu-west-1', 'https://ocean.s3.eu-west-1.amazonaws.com/', 'lake/', 'eu-west-1'],
    ['s3://ocean/lake?s3_region=eu-west-1', 'https://ocean.s3.eu-west-1.amazonaws.com/', 'lake/', 'eu-west-1'],
    ['s3://ocean', 'https://ocean.s3.amazonaws.com/', ''],
    ['s3://ocean/a?endpoint=http://minio.local:9000', 'http://minio.local:9000/ocean/', 'a/'],
    ['s3://ocean/a?endpoint=minio.local&region=lab-1', 'https://minio.local/ocean/', 'a/', 'lab-1'],
    ['s3://ocean/a?endpoint=minio.local&style=virtual', 'https://ocean.minio.local/', 'a/'],
    ['s3://o.cean/a?endpoint=minio.local&style=virtual', 'https://minio.local/o.cean/', 'a/'],
    ['s3://ocean/a?s3_endpoint=minio.local:9000&s3_url_style=vhost', 'https://ocean.minio.local:9000/', 'a/'],
    [`s3://ocean/a?endpoint=${ACCOUNT}.r2.cloudflarestorage.com`, `${R2}/ocean/`, 'a/', 'auto'],
    [
      'https://ocean.s3.eu-west-1.amazonaws.com/lake/',
      'https://ocean.s3.eu-west-1.amazonaws.com/',
      'lake/',
      'eu-west-1',
    ],
    ['https://ocean.s3.amazonaws.com/', 'https://ocean.s3.amazonaws.com/', ''],
    ['https://ocean.s3.amazonaws.com/?region=eu-west-1', 'https://ocean.s3.eu-west-1.amazonaws.com/', '', 'eu-west-1'],
    [
      'https://ocean.s3-eu-west-1.amazonaws.com/lake',
      'https://ocean.s3.eu-west-1.amazonaws.com/',
      'lake/',
      'eu-west-1',
    ],
    ['https://a.b.s3.eu-west-1.amazonaws.com/lake', 'https://s3.eu-west-1.amazonaws.com/a.b/', 'lake/', 'eu-west-1'],
    [
      'https://s3.eu-west-1.amazonaws.com/ocean/lake/',
      'https://ocean.s3.eu-west-1.amazonaws.com/',
      'lake/',
      'eu-west-1',
    ],
    [
      'https://s3.dualstack.us-east-1.amazonaws.com/ocean/x',
      'https://ocean.s3.us-east-1.amazonaws.com/',
      'x/',
      'us-east-1',
    ],
    [
      'https://ocean.s3.cn-north-1.amazonaws.com.cn/',
      'https://ocean.s3.cn-north-1.amazonaws.com.cn/',
      '',
      'cn-north-1',
    ],
    [`${R2}/ocean/lake/`, `${R2}/ocean/`, 'lake/', 'auto'],
    [
      `https://ocean.${ACCOUNT}.eu.r2.cloudflarestorage.com/lake`,
      `https://ocean.${ACCOUNT}.eu.r2.cloudflarestorage.com/`,
      'lake/',
      'auto',
    ],
    ['gs://ocean/my lake', `${GOOGLE}/ocean/`, 'my lake/', 'auto'],
    [`${GOOGLE}/ocean/lake`, `${GOOGLE}/ocean/`, 'lake/', 'auto'],
    ['https://ocean.storage.googleapis.com/lake', 'https://ocean.storage.googleapis.com/', 'lake/', 'auto'],
    [
      'https://ocean.s3.eu-central-1.wasabisys.com/a',
      'https://ocean.s3.eu-central-1.wasabisys.com/',
      'a/',
      'eu-central-1',
    ],
    ['https://ocean.fra1.digitaloceanspaces.com/a', 'https://ocean.fra1.digitaloceanspaces.com/', 'a/', 'fra1'],
    [
      'https://s3.us-west-004.backblazeb2.com/ocean/a',
      'https://s3.us-west-004.backblazeb2.com/ocean/',
      'a/',
      'us-west-004',
    ],
    ['http://localhost:9000/ocean/my%20lake/v1', 'http://localhost:9000/ocean/', 'my lake/v1/'],
    ['http://localhost:9000/ocean/?region=lab-1', 'http://localhost:9000/ocean/', '', 'lab-1'],
    ['https://host/ocean/lake/_tidelake/lake.json', 'https://host/ocean/', 'lake/'],
    ['/lake/', 'https://site.example/lake/', ''],
    ['./lake/rapid/', 'https://site.example/tools/', 'lake/rapid/'],
    [' /lake ', 'https://site.example/lake/', ''],
  ])('reads %s', (text, bucketUrl, prefix, region) => {
    expect(locateLake(text, PAGE)).toEqual({ kind: 's3', bucketUrl, prefix, ...(region !== undefined && { region }) });
  });

  it.each<[text: string, bucketUrl: string, prefix: string, region?: string]>([
    [
      'https://eu-west-1.console.aws.amazon.com/s3/buckets/ocean?region=eu-west-1&bucketType=general&prefix=my+lake/v%2B1/&showversions=false',
      'https://ocean.s3.eu-west-1.amazonaws.com/',
      'my lake/v+1/',
      'eu-west-1',
    ],
    [
      'https://s3.console.aws.amazon.com/s3/buckets/ocean?region=us-west-2',
      'https://ocean.s3.us-west-2.amazonaws.com/',
      '',
      'us-west-2',
    ],
    [
      'https://eu-west-1.console.aws.amazon.com/s3/buckets/ocean',
      'https://ocean.s3.eu-west-1.amazonaws.com/',
      '',
      'eu-west-1',
    ],
    [`https://dash.cloudflare.com/${ACCOUNT}/r2/default/buckets/ocean`, `${R2}/ocean/`, '', 'auto'],
    [
      `https://dash.cloudflare.com/${ACCOUNT}/r2/eu/buckets/ocean?prefix=lake%2F`,
      `https://${ACCOUNT}.eu.r2.cloudflarestorage.com/ocean/`,
      'lake/',
      'auto',
    ],
    [
      'https://console.cloud.google.com/storage/browser/ocean/lake;tab=objects?project=x',
      `${GOOGLE}/ocean/`,
      'lake/',
      'auto',
    ],
    ['http://minio.local:9001/browser/ocean', 'http://minio.local:9000/ocean/', ''],
    ['http://minio.local:9001/browser/ocean/bXkgbGFrZS/DpC8=', 'http://minio.local:9000/ocean/', 'my lake/ä/'],
    ['https://play.min.io:9443/browser/ocean/lake%2Fv1%2F', 'https://play.min.io:9000/ocean/', 'lake/v1/'],
    ['http://minio.local:9090/buckets/ocean/browse/bGFrZS8=', 'http://minio.local:9000/ocean/', 'lake/'],
  ])('reads the console page %s', (text, bucketUrl, prefix, region) => {
    expect(locateLake(text, PAGE)).toEqual({ kind: 's3', bucketUrl, prefix, ...(region !== undefined && { region }) });
  });

  it.each([
    'https://source.coop/ocean/moorings',
    'https://source.coop/ocean/moorings/',
    'https://source.coop/repositories/ocean/moorings/description',
    'https://data.source.coop/ocean/moorings/',
  ])('reads %s, whose account is asked for listings without a final slash', (text) => {
    expect(locateLake(text, PAGE)).toEqual({
      kind: 's3',
      bucketUrl: 'https://data.source.coop/ocean/',
      listUrl: 'https://data.source.coop/ocean',
      prefix: 'moorings/',
    });
  });

  it('knows the region of the bucket behind Source Cooperative, whose name has dots', () => {
    expect(locateLake('s3://us-west-2.opendata.source.coop/a/b/', PAGE)).toEqual({
      kind: 's3',
      bucketUrl: 'https://s3.us-west-2.amazonaws.com/us-west-2.opendata.source.coop/',
      prefix: 'a/b/',
      region: 'us-west-2',
    });
  });

  it.each([
    ['https://host/', 'https://host/'],
    ['https://pub-0123.r2.dev/ocean/lake', 'https://pub-0123.r2.dev/ocean/lake/'],
    ['https://lab.github.io/lake/_tidelake/lake.json', 'https://lab.github.io/lake/'],
  ])('takes %s for a folder on a web server', (text, url) => {
    expect(locateLake(text, PAGE)).toEqual({ kind: 'web', url });
  });

  it('reads the address of one Parquet file, or of several', () => {
    const bucket = { kind: 's3', bucketUrl: 'https://ocean.s3.eu-west-1.amazonaws.com/', region: 'eu-west-1' };
    expect(locateLake('s3://ocean/a b/x+1.parquet?region=eu-west-1'.replace(' ', '%20'), PAGE)).toEqual({
      kind: 'files',
      files: [
        { url: 'https://ocean.s3.eu-west-1.amazonaws.com/a%20b/x%2B1.parquet', bucket: { ...bucket, prefix: 'a b/' } },
      ],
    });
    expect(locateLake('https://host/x.parquet\n ./y.parquet', PAGE)).toMatchObject({
      kind: 'files',
      files: [{ url: 'https://host/x.parquet' }, { url: 'https://site.example/tools/y.parquet' }],
    });
    const signed = 'https://host/b/x.parquet?X-Amz-Signature=abc&X-Amz-Date=1';
    expect(locateLake(signed, PAGE)).toEqual({ kind: 'files', files: [{ url: signed }] });
  });

  it('reads the address of a list of files', () => {
    expect(locateLake('https://host/bucket/files.txt', PAGE)).toMatchObject({
      kind: 'list',
      list: { url: 'https://host/bucket/files.txt' },
    });
  });

  it('says that a folder of this machine must be chosen again', () => {
    expect(() => locateLake('folder:my%20lake/', PAGE)).toThrow(
      expect.objectContaining({ code: 'unsupported', remedy: 'folder', message: expect.stringContaining('my lake') }),
    );
  });

  it.each([
    '',
    'lake',
    'ftp://host/bucket/',
    's3:///lake',
    'https://storage.googleapis.com/',
    'https://source.coop/ocean',
    'javascript:alert(1)',
    'http://',
  ])('refuses “%s” and says what to give', (text) => {
    expect(() => locateLake(text, PAGE)).toThrow(LakeError);
  });

  it.each([
    'https://user:hunter2@host/bucket/',
    'https://host/bucket/?X-Amz-Signature=hunter2',
    's3://b/?s3_secret_access_key=hunter2',
    'lake?key=hunter2',
  ])('refuses secrets in %s without repeating them', (text) => {
    try {
      locateLake(text, PAGE);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'unsupported' });
      expect(JSON.stringify(error instanceof LakeError && error.toData())).not.toContain('hunter2');
    }
  });
});
