import { describe, expect, it } from 'vitest';
import { responseError } from './s3-errors';
import { readRefusal } from './s3-refusal';

const document = (code: string, more = '') => `<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>`;
const none = new Headers();

describe('readRefusal', () => {
  it.each([
    [400, document('AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>')],
    [
      400,
      document(
        'AuthorizationQueryParametersError',
        "<Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message>",
      ),
    ],
    [301, document('PermanentRedirect', '<Endpoint>ocean.s3-eu-west-1.amazonaws.com</Endpoint>')],
    [301, document('PermanentRedirect', '<Endpoint>ocean.s3.eu-west-1.amazonaws.com</Endpoint>')],
  ])('finds the right region in a refusal with status %d: %s', (status, text) => {
    expect(readRefusal(text, status, none).region).toBe('eu-west-1');
  });

  it('takes the region from the header where the body says nothing, but only of a refusal that is about it', () => {
    const headers = new Headers({ 'x-amz-bucket-region': 'eu-west-1' });
    expect(readRefusal('', 301, headers).region).toBe('eu-west-1');
    expect(readRefusal(document('AccessDenied'), 403, headers)).toEqual({ code: 'AccessDenied' });
  });

  it('knows nothing of an answer that is no S3 error document', () => {
    expect(readRefusal('<html><body>Forbidden</body></html>', 403, none)).toEqual({});
    expect(readRefusal('', 403, none)).toEqual({});
  });
});

describe('responseError', () => {
  const refused = { purpose: 'get', status: 403, url: 'https://h/b/a' } as const;

  it.each([
    ['ExpiredToken', 'have expired'],
    ['InvalidToken', 'session token'],
    ['InvalidAccessKeyId', 'access key'],
    ['SignatureDoesNotMatch', 'secret key'],
    ['RequestTimeTooSkewed', 'clock'],
  ])('tells from %s what is wrong with the keys', (code, words) => {
    expect(responseError({ ...refused, code, signed: true })).toMatchObject({
      code: 'access-denied',
      remedy: 'keys',
      message: expect.stringContaining(words),
    });
  });

  it('tells an expired signature from a right that is missing', () => {
    const expired = { ...refused, code: 'AccessDenied', message: 'Request has expired.', signed: true };
    expect(responseError(expired).advice).toContain('clock');
    expect(responseError({ ...refused, code: 'AccessDenied', signed: true }).message).toContain('may not read it');
    expect(responseError({ ...refused, code: 'AccessDenied', signed: false }).advice).toContain('enter its keys');
  });

  it('names the region to give', () => {
    const error = responseError({
      ...refused,
      status: 301,
      code: 'PermanentRedirect',
      region: 'eu-west-1',
      signed: false,
    });
    expect(error).toMatchObject({ code: 'not-found', advice: expect.stringContaining('?region=eu-west-1') });
  });
});
