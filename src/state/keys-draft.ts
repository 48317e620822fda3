import type { S3Keys } from '../sources/lake-source';

/** What the fields for a private bucket hold, as text. */
export interface KeysDraft {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** When temporary keys run out: ISO 8601, UTC where no zone is given. */
  expires: string;
  region: string;
  endpoint: string;
  /** Whether the bucket is a part of the host's name. */
  virtualHost: boolean;
}

export function emptyDraft(): KeysDraft {
  return {
    accessKeyId: '',
    secretAccessKey: '',
    sessionToken: '',
    expires: '',
    region: '',
    endpoint: '',
    virtualHost: false,
  };
}

/** The names under which tools write each value, without `aws`, `s3` and separators, in lower case. */
const NAMES: Record<
  string,
  keyof Pick<KeysDraft, 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expires' | 'region' | 'endpoint'>
> = {
  accesskeyid: 'accessKeyId',
  accesskey: 'accessKeyId',
  secretaccesskey: 'secretAccessKey',
  secretkey: 'secretAccessKey',
  sessiontoken: 'sessionToken',
  securitytoken: 'sessionToken',
  expiration: 'expires',
  credentialexpiration: 'expires',
  region: 'region',
  defaultregion: 'region',
  endpoint: 'endpoint',
  endpointurl: 'endpoint',
};

/**
 * Reads keys in the forms that tools hand them out: the JSON of `aws sts` and `aws configure export-credentials`, shell
 * and PowerShell lines (`export AWS_ACCESS_KEY_ID=…`), and a profile's `aws_access_key_id = …`.
 * @returns undefined where the text holds no access key and secret
 */
export function parseKeysText(text: string): Partial<KeysDraft> | undefined {
  const found: Partial<KeysDraft> = {};
  // One pattern for all of them: a name, `=` or `:`, a value that may be quoted.
  for (const [, name = '', value = ''] of text.matchAll(/["']?([A-Za-z][\w:]*)["']?\s*[=:]\s*["']?([^\s"',;]+)/g)) {
    const field =
      NAMES[
        name
          .toLowerCase()
          .replace(/^env:/, '')
          .replace(/^(aws|s3|minio)_?/, '')
          .replaceAll('_', '')
      ];
    if (field) found[field] ??= value;
  }
  return found.accessKeyId === undefined || found.secretAccessKey === undefined ? undefined : found;
}

/** The keys of the fields; undefined where there are none, or a text that says what is missing. */
export function keysOfDraft(draft: KeysDraft): S3Keys | string | undefined {
  const accessKeyId = draft.accessKeyId.trim();
  const secretAccessKey = draft.secretAccessKey.trim();
  const sessionToken = draft.sessionToken.trim();
  const expires = draft.expires.trim();
  if (accessKeyId === '' && secretAccessKey === '' && sessionToken === '') return undefined;
  if (accessKeyId === '') return 'Enter the access key too, or empty the other fields.';
  if (secretAccessKey === '') return 'Enter the secret key too, or empty the other fields.';
  const expiresAt = Date.parse(/([zZ]|[+-]\d\d:?\d\d)$/.test(expires) ? expires : `${expires}Z`);
  if (expires !== '' && Number.isNaN(expiresAt))
    return 'Write when the keys expire as 2026-01-31T18:00Z, or leave it out.';
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== '' && { sessionToken }),
    ...(expires !== '' && { expiresAt }),
  };
}

/** An address with the region and endpoint of the fields, which are no secrets and so belong into a link. */
export function addressOfDraft(address: string, { region, endpoint, virtualHost }: KeysDraft): string {
  const isBucket = /^s3:\/\//i.test(address);
  return withParameters(address, [
    ['region', region.trim()],
    ['endpoint', isBucket ? endpoint.trim() : ''],
    ['style', isBucket && virtualHost && endpoint.trim() !== '' ? 'virtual' : ''],
  ]);
}

function withParameters(address: string, parameters: [name: string, value: string][]): string {
  const given = parameters.filter(([, value]) => value !== '');
  if (given.length === 0) return address;
  const [path = '', query = ''] = address.split('?', 2);
  const others = query.split('&').filter((pair) => pair !== '' && !given.some(([name]) => pair.startsWith(`${name}=`)));
  const added = given.map(
    ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2F', '/')}`,
  );
  return `${path}?${[...others, ...added].join('&')}`;
}
