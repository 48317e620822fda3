import { describe, expect, it } from 'vitest';
import { addressOfDraft, emptyDraft, keysOfDraft, parseKeysText } from './keys-draft';

const KEYS = { accessKeyId: 'AKIA1', secretAccessKey: 'a/b+c=' };

describe('parseKeysText', () => {
  it.each([
    [
      '{"Version":1,"AccessKeyId":"AKIA1","SecretAccessKey":"a/b+c=","SessionToken":"t==","Expiration":"2026-01-31T18:00:00+00:00"}',
    ],
    [
      '{"Credentials": {\n "AccessKeyId": "AKIA1",\n "SecretAccessKey": "a/b+c=",\n "SessionToken": "t==",\n "Expiration": "2026-01-31T18:00:00+00:00"}}',
    ],
    [
      'export AWS_ACCESS_KEY_ID="AKIA1"\nexport AWS_SECRET_ACCESS_KEY="a/b+c="\nexport AWS_SESSION_TOKEN="t=="\nexport AWS_CREDENTIAL_EXPIRATION=2026-01-31T18:00:00+00:00',
    ],
    [
      '$Env:AWS_ACCESS_KEY_ID="AKIA1"\n$Env:AWS_SECRET_ACCESS_KEY="a/b+c="\n$Env:AWS_SESSION_TOKEN="t=="\n$Env:AWS_CREDENTIAL_EXPIRATION="2026-01-31T18:00:00+00:00"',
    ],
    [
      '[lab]\naws_access_key_id = AKIA1\naws_secret_access_key = a/b+c=\naws_session_token = t==\nexpiration = 2026-01-31T18:00:00+00:00',
    ],
  ])('reads %s', (text) => {
    expect(parseKeysText(text)).toEqual({ ...KEYS, sessionToken: 't==', expires: '2026-01-31T18:00:00+00:00' });
  });

  it('reads long-lived keys with region and endpoint', () => {
    expect(parseKeysText('{"accessKey":"AKIA1","secretKey":"a/b+c=","endpoint":"https://minio:9000"}')).toEqual({
      ...KEYS,
      endpoint: 'https://minio:9000',
    });
    expect(
      parseKeysText('AWS_ACCESS_KEY_ID=AKIA1\nAWS_SECRET_ACCESS_KEY=a/b+c=\nAWS_DEFAULT_REGION=eu-west-1'),
    ).toEqual({
      ...KEYS,
      region: 'eu-west-1',
    });
  });

  it.each(['', 'AKIA1', 'aws_access_key_id = AKIA1', 's3://bucket/lake'])('finds no keys in “%s”', (text) => {
    expect(parseKeysText(text)).toBeUndefined();
  });
});

describe('keysOfDraft', () => {
  it('gives keys without blanks around them, and a time in UTC', () => {
    const draft = { ...emptyDraft(), accessKeyId: ' AKIA1 ', secretAccessKey: 'a/b+c=\n' };
    expect(keysOfDraft(draft)).toEqual(KEYS);
    const expiresAt = Date.UTC(2026, 0, 31, 18);
    for (const expires of ['2026-01-31T18:00', '2026-01-31T19:00:00+01:00', '2026-01-31 18:00Z']) {
      expect(keysOfDraft({ ...draft, sessionToken: 't', expires })).toEqual({ ...KEYS, sessionToken: 't', expiresAt });
    }
  });

  it('gives nothing for empty fields, and words where one is missing or wrong', () => {
    expect(keysOfDraft(emptyDraft())).toBeUndefined();
    expect(keysOfDraft({ ...emptyDraft(), accessKeyId: 'a' })).toContain('secret');
    expect(keysOfDraft({ ...emptyDraft(), sessionToken: 't' })).toContain('access key');
    expect(keysOfDraft({ ...emptyDraft(), ...KEYS, expires: 'tomorrow' })).toContain('expire');
  });
});

describe('addressOfDraft', () => {
  it('puts region and endpoint into the address, and no key', () => {
    const draft = { ...emptyDraft(), ...KEYS, region: 'lab-1', endpoint: 'http://minio:9000', virtualHost: true };
    expect(addressOfDraft('s3://ocean/lake', draft)).toBe(
      's3://ocean/lake?region=lab-1&endpoint=http://minio:9000&style=virtual',
    );
    expect(addressOfDraft('s3://ocean/lake?region=other&x=1', { ...emptyDraft(), region: 'lab-1' })).toBe(
      's3://ocean/lake?x=1&region=lab-1',
    );
    expect(addressOfDraft('http://minio:9000/ocean/', draft)).toBe('http://minio:9000/ocean/?region=lab-1');
    expect(addressOfDraft('s3://ocean/lake', emptyDraft())).toBe('s3://ocean/lake');
  });
});
