import { afterEach, describe, expect, it, vi } from 'vitest';
import { accessS3 } from './s3-access';
import type { S3Location } from './s3-location';

const LAKE: S3Location = { kind: 's3', bucketUrl: 'https://ocean.s3.amazonaws.com/', prefix: 'my lake/' };
const KEYS = { accessKeyId: 'AKID', secretAccessKey: 'hunter2' };
const NOW = Date.UTC(2026, 0, 2, 3);
const scopeOf = (url: string) => new URL(url).searchParams.get('X-Amz-Credential');

afterEach(() => vi.restoreAllMocks());

describe('accessS3', () => {
  it('asks anonymously where there are no keys', async () => {
    const access = accessS3(LAKE);
    expect(await access.objectUrl('station=å/1+2.parquet')).toBe(
      'https://ocean.s3.amazonaws.com/my%20lake/station=%C3%A5/1%2B2.parquet',
    );
    expect(await access.listingUrl('list-type=2')).toBe('https://ocean.s3.amazonaws.com/?list-type=2');
  });

  it('signs with keys, never showing the secret', async () => {
    const url = await accessS3(LAKE, KEYS, () => NOW).objectUrl('a');
    expect(scopeOf(url)).toBe('AKID/20260102/us-east-1/s3/aws4_request');
    expect(url).not.toContain('hunter2');
  });

  it('moves to the region that a refusal names: another host on Amazon, another signature elsewhere', async () => {
    const aws = accessS3(LAKE, KEYS, () => NOW);
    expect(aws.learnRegion('eu-west-1')).toBe(true);
    const url = await aws.objectUrl('a');
    expect(url).toMatch(/^https:\/\/ocean\.s3\.eu-west-1\.amazonaws\.com\/my%20lake\/a\?/);
    expect(scopeOf(url)).toContain('/eu-west-1/');

    const other = accessS3({ ...LAKE, bucketUrl: 'http://minio:9000/ocean/' }, KEYS, () => NOW);
    expect(other.learnRegion('lab-1')).toBe(true);
    expect(await other.listingUrl('list-type=2')).toMatch(/^http:\/\/minio:9000\/ocean\/\?.*lab-1/);
  });

  it('lets requests that were sent before the move try again, and follows no second one', () => {
    const access = accessS3(LAKE, KEYS, () => NOW);
    expect(access.learnRegion('eu-west-1')).toBe(true);
    expect(access.learnRegion('eu-west-1')).toBe(true);
    expect(access.learnRegion('us-west-2')).toBe(false);
    expect(accessS3({ ...LAKE, region: 'eu-west-1' }, KEYS).learnRegion('eu-west-1')).toBe(false);
  });

  it('sends nothing once temporary keys have expired', async () => {
    let now = NOW;
    const access = accessS3(LAKE, { ...KEYS, sessionToken: 'token', expiresAt: NOW + 1000 }, () => now);
    expect(await access.objectUrl('a')).toContain('X-Amz-Security-Token=token');
    now += 1000;
    await expect(access.objectUrl('a')).rejects.toMatchObject({
      code: 'access-denied',
      remedy: 'keys',
      message: 'The temporary keys expired at 2026-01-02 03:00 UTC.',
    });
  });

  it('derives its signing key once for thousands of objects', async () => {
    const derivations = vi.spyOn(crypto.subtle, 'importKey');
    const access = accessS3(LAKE, KEYS, () => NOW);
    for (let count = 0; count < 2000; count++) await access.objectUrl(`part-${count}.parquet`);
    expect(derivations).toHaveBeenCalledTimes(5);
  });
});
