import { beforeAll, expect, it } from 'vitest';
import { createPresigner } from '../../src/sources/presign';
import { describeWithS3 } from './start';

const KEYS = ['a b+c.parquet', 'station=Ærø – 北/%41.parquet', "'(1)*!~;:@,$&?#.parquet"];
const encodePath = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

async function errorOf(url: string): Promise<string> {
  const answer = await fetch(url);
  const text = await answer.text();
  return `${answer.status} ${/<Code>(.*?)<\/Code>/.exec(text)?.[1]} ${/<Message>(.*?)<\/Message>/.exec(text)?.[1]}`;
}

await describeWithS3('presigned reads on a real server', (s3) => {
  const sign = createPresigner(s3.credentials, s3.region);
  const address = (key: string): string => `${s3.url}closed-sea/${encodePath(key)}`;

  beforeAll(async () => {
    await s3.createBucket('closed-sea', { open: false });
    await s3.putAll('closed-sea', KEYS, (key) => `bytes of ${key}`);
  });

  it.each(KEYS)('are accepted for %s, whole and in part', async (key) => {
    expect((await fetch(address(key))).status).toBe(403);
    const signed = await sign(address(key));
    expect(await (await fetch(signed)).text()).toBe(`bytes of ${key}`);
    const part = await fetch(signed, { headers: { range: 'bytes=6-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'of']);
  });

  it('are accepted for listings, with and without the slash behind the bucket', async () => {
    for (const bucket of ['closed-sea', 'closed-sea/']) {
      const signed = await sign(`${s3.url}${bucket}?list-type=2&prefix=a%20b%2B&delimiter=%2F`);
      const answer = await fetch(signed);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('<Key>a b+c.parquet</Key>');
    }
  });

  it('are refused for another key, another query or another secret', async () => {
    const signed = await sign(address('a b+c.parquet'));
    expect(await errorOf(signed.replace('a%20b', 'a%20d'))).toMatch(/^403 SignatureDoesNotMatch/);
    expect(await errorOf(`${signed}&versionId=1`)).toMatch(/^403 SignatureDoesNotMatch/);
    expect(await errorOf(signed.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200'))).toMatch(
      /^403 SignatureDoesNotMatch/,
    );
    const forged = createPresigner({ ...s3.credentials, secretAccessKey: 'guessed' }, s3.region);
    expect(await errorOf(await forged(address('a b+c.parquet')))).toMatch(/^403 SignatureDoesNotMatch/);
  });

  it('are refused once they have expired', async () => {
    const hourAgo = createPresigner(s3.credentials, s3.region, { expiresIn: 600, now: () => Date.now() - 3_600_000 });
    expect(await errorOf(await hourAgo(address('a b+c.parquet')))).toBe('403 AccessDenied Request has expired.');
  });

  it('are refused for the wrong region and for a token that nobody gave out', async () => {
    const elsewhere = createPresigner(s3.credentials, 'us-east-1');
    expect(await errorOf(await elsewhere(address('a b+c.parquet')))).toMatch(/^400 AuthorizationQueryParametersError/);
    const tokened = createPresigner({ ...s3.credentials, sessionToken: 'made up' }, s3.region);
    expect(await errorOf(await tokened(address('a b+c.parquet')))).toMatch(/^400 InvalidToken/);
  });
});
