import { EXIT, ToolError, type ExitCode } from '../tool-error';
import type { HttpAnswer } from './http-exchange';
import { childText, parseXml } from './xml-document';

/** What a store said when it refused. */
export class S3Failure extends Error {
  readonly status: number;
  /** Of its error document, such as `NoSuchKey`; empty where it sent none. */
  readonly code: string;
  /** The region it wants to be asked for, where it says so. */
  readonly region: string | undefined;

  /** How often the request had been repeated by then. */
  readonly repeats: number;

  constructor({ status, headers, body }: HttpAnswer, repeats = 0) {
    const text = Buffer.from(body).toString('utf8');
    const document = parseXml(text);
    const error = document?.name === 'Error' ? document : undefined;
    const code = (error && childText(error, 'Code')) ?? '';
    const said = (error && childText(error, 'Message')) ?? '';
    super(`${status}${code === '' ? '' : ` ${code}`}${said === '' ? '' : `: ${withoutSecrets(said)}`}`);
    this.name = 'S3Failure';
    this.status = status;
    this.code = code;
    this.repeats = repeats;
    const header = headers['x-amz-bucket-region'];
    this.region = typeof header === 'string' ? header : error && childText(error, 'Region');
  }
}

/** Whether it may be over a moment later. */
export function isTransient({ status, code }: S3Failure): boolean {
  if (code === 'RequestTimeout' || code === 'SlowDown' || code === 'ConditionalRequestConflict') return true;
  return [408, 429, 500, 502, 503, 504].includes(status);
}

/** Whether a store says that it does not know what was asked of it. */
export function isUnsupported({ status, code }: S3Failure): boolean {
  return status === 501 || status === 405 || code === 'NotImplemented';
}

/**
 * Turns a refusal into words.
 * @param doing what was tried, such as `list`
 * @param url of the bucket or object, without a query
 * @param signed whether the request bore a signature
 */
export function explainS3Failure(failure: S3Failure, doing: string, url: string, signed: boolean): ToolError {
  const [exitCode, what, advice] = wordsFor(failure, signed);
  return new ToolError(exitCode, `Could not ${doing} ${url}: ${what}`, advice, { cause: failure });
}

function wordsFor(failure: S3Failure, signed: boolean): [exitCode: ExitCode, what: string, advice: string] {
  // Versity's gateway calls it so.
  const words = WORDS[failure.code === 'XAdminUserNotFound' ? 'InvalidAccessKeyId' : failure.code];
  if (words !== undefined) return [EXIT.usage, ...words];
  if (failure.status === 403 || failure.status === 401) {
    return signed
      ? [
          EXIT.usage,
          'these keys may not do that',
          'Use keys with that right, or have whoever owns the bucket grant it.',
        ]
      : [
          EXIT.usage,
          'the bucket is not open to everybody, and there were no keys to sign with',
          'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE.',
        ];
  }
  if (failure.status === 404) return [EXIT.usage, 'there is nothing at that address', 'Check the address for a typo.'];
  if (isTransient(failure)) {
    return [
      EXIT.unexpected,
      `the store kept failing (${failure.message})`,
      'Run the same command again later: it continues where it stands. Fewer --jobs ask less of the store.',
    ];
  }
  return [EXIT.unexpected, failure.message, 'If the store is not made for this, ask whoever runs it.'];
}

const WORDS: Record<string, [what: string, advice: string]> = {
  NoSuchBucket: ['there is no such bucket', 'Check the name and the endpoint, or make the bucket first.'],
  InvalidAccessKeyId: [
    'the store does not know the access key',
    'Check AWS_ACCESS_KEY_ID or the profile, and that the endpoint is the store these keys are of.',
  ],
  SignatureDoesNotMatch: [
    'the secret key is wrong',
    'Check AWS_SECRET_ACCESS_KEY or the profile for a missing or added character.',
  ],
  ExpiredToken: ['the temporary keys have expired', 'Get new ones, for example with: aws sso login'],
  InvalidToken: ['the session token is not valid', 'Get new temporary keys; AWS_SESSION_TOKEN belongs to them.'],
  RequestTimeTooSkewed: [
    "this machine's clock is wrong",
    'Set it right, best by NTP: requests are signed with the time.',
  ],
  AuthorizationHeaderMalformed: [
    'requests must be signed for another region',
    "Add ?region=… to the address, with the bucket's region.",
  ],
  PermanentRedirect: ['the bucket is in another region', "Add ?region=… to the address, with the bucket's region."],
  EntityTooLarge: ['the object is too large for this store', 'Split the file, or use a store that takes larger ones.'],
  QuotaExceeded: ['the quota of the bucket is used up', 'Make room, then run the same command again.'],
  XMinioStorageFull: ['the store is full', 'Make room, then run the same command again.'],
  BadDigest: ['the bytes that arrived are not those sent', 'Try again; if it stays so, the network damages data.'],
};

/** Some stores repeat the request's signature or key in what they say. */
function withoutSecrets(text: string): string {
  return text.replace(/[A-Za-z0-9+/=]{16,}/g, '…').slice(0, 300);
}
