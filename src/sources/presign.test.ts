import { createHash, createHmac } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createPresigner, type S3Credentials } from './presign';

/** The example of the Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters". */
const EXAMPLE: S3Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const EXAMPLE_TIME = Date.UTC(2013, 4, 24);
const at = (timeMs: number) => ({ now: () => timeMs });

function parametersOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

/** The signature by the letter of the specification, from the canonical request a reader would write down. */
function signatureOf(canonicalRequest: string, time: string, region: string, secret: string): string {
  const day = time.slice(0, 8);
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${day}/${region}/s3/aws4_request\n${hash}`;
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

describe('createPresigner', () => {
  it('gives the signature that Amazon publishes for its example', async () => {
    const sign = createPresigner(EXAMPLE, 'us-east-1', { expiresIn: 86_400, ...at(EXAMPLE_TIME) });
    expect(await sign('https://examplebucket.s3.amazonaws.com/test.txt')).toBe(
      'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
        '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
        '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
        '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  it('signs awkward keys in path style, with port and session token', async () => {
    const sign = createPresigner({ ...EXAMPLE, sessionToken: 'tok/en+=' }, 'eu-west-1', at(EXAMPLE_TIME));
    const signed = await sign("http://127.0.0.1:9000/sea/station=%C3%85/a%20b%2Bc%25'(1)*.parquet");
    const path = '/sea/station%3D%C3%85/a%20b%2Bc%25%27%281%29%2A.parquet';
    expect(new URL(signed).pathname).toBe(path);
    const query = [
      'X-Amz-Algorithm=AWS4-HMAC-SHA256',
      'X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Feu-west-1%2Fs3%2Faws4_request',
      'X-Amz-Date=20130524T000000Z',
      'X-Amz-Expires=3600',
      'X-Amz-Security-Token=tok%2Fen%2B%3D',
      'X-Amz-SignedHeaders=host',
    ].join('&');
    const canonical = `GET\n${path}\n${query}\nhost:127.0.0.1:9000\n\nhost\nUNSIGNED-PAYLOAD`;
    expect(parametersOf(signed)['X-Amz-Signature']).toBe(
      signatureOf(canonical, '20130524T000000Z', 'eu-west-1', EXAMPLE.secretAccessKey),
    );
  });

  it('puts the parameters of a listing in the order of their bytes', async () => {
    const sign = createPresigner(EXAMPLE, 'us-east-1', at(EXAMPLE_TIME));
    const signed = await sign(
      'https://b.s3.amazonaws.com/?prefix=station%3Da+b%2B/&list-type=2&delimiter=%2F&start-after=',
    );
    const names = new URL(signed).search
      .slice(1)
      .split('&')
      .map((pair) => pair.split('=')[0]);
    expect(names.slice(0, 2)).toEqual(['X-Amz-Algorithm', 'X-Amz-Credential']);
    expect(names.slice(5)).toEqual(['delimiter', 'list-type', 'prefix', 'start-after', 'X-Amz-Signature']);
    expect(signed).toContain('&delimiter=%2F&list-type=2&prefix=station%3Da%20b%2B%2F&start-after=&');
  });

  it('agrees with another implementation on any key, prefix, region and token', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    // A browser takes `.` and `..` out of a path before anything is signed.
    const segment = text.filter((name) => !/^\.{1,2}$/.test(name) && !name.includes('/'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        text,
        fc.constantFrom('us-east-1', 'eu-central-2'),
        fc.option(text, { nil: undefined }),
        async (segments, prefix, region, sessionToken) => {
          const credentials = { ...EXAMPLE, ...(sessionToken === undefined ? {} : { sessionToken }) };
          const path = segments.map(encodeURIComponent).join('/');
          const url = `https://s3.example:9000/bucket/${path}?prefix=${encodeURIComponent(prefix)}&X-Amz-Expires=3600`;
          const theirs = await new AwsV4Signer({
            ...credentials,
            url,
            region,
            service: 's3',
            datetime: '20130524T000000Z',
            signQuery: true,
          }).sign();
          const ours = await createPresigner(
            credentials,
            region,
            at(EXAMPLE_TIME),
          )(url.replace(/&X-Amz-Expires.*/, ''));
          expect(parametersOf(ours)).toEqual(parametersOf(theirs.url.toString()));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the URL of an object for five minutes, so that the cache knows it', async () => {
    let time = EXAMPLE_TIME + 60_000;
    const sign = createPresigner(EXAMPLE, 'us-east-1', { now: () => time });
    const url = 'https://b.s3.amazonaws.com/key';
    const first = await sign(url);
    time += 200_000;
    expect(await sign(url)).toBe(first);
    time += 86_400_000;
    expect(parametersOf(await sign(url))).toMatchObject({ 'X-Amz-Date': '20130525T000000Z' });
  });

  it('refuses an expiry that S3 would refuse', () => {
    for (const expiresIn of [0, 599, 604_801, 1000.5, NaN]) {
      expect(() => createPresigner(EXAMPLE, 'us-east-1', { expiresIn })).toThrow(RangeError);
    }
  });

  it('says what to do where the page has no cryptography', async () => {
    vi.stubGlobal('crypto', {});
    try {
      const signing = createPresigner(EXAMPLE, 'us-east-1')('https://b.s3.amazonaws.com/key');
      await expect(signing).rejects.toMatchObject({ code: 'unsupported' });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
