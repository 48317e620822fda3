import { LakeError, type LakeErrorData } from '../lake/lake-error';
import type { S3Refusal } from './s3-refusal';

/** Whether a request listed keys or read an object: the same status means different things for the two. */
export type Purpose = 'list' | 'get';

/** A refusal, and what was asked. */
export interface RefusedRequest extends S3Refusal {
  purpose: Purpose;
  status: number;
  /** Without its query string. */
  url: string;
  /** Whether it was signed with keys. */
  signed: boolean;
}

const CLOCK = 'Check that the clock of this machine is right, and try again.';

const UNKNOWN_KEY = {
  message: 'The store does not know the access key',
  advice: 'Enter the keys again, and check that they are of this store; temporary ones need their session token.',
};

/** What is wrong with keys, by the code of the S3 error document. */
const KEY_FAULTS: Record<string, { message: string; advice: string }> = {
  ExpiredToken: {
    message: 'The temporary keys have expired',
    advice: 'Get new keys and enter all three of them again.',
  },
  InvalidToken: {
    message: 'The store does not accept the session token',
    advice: 'Enter access key, secret key and session token again; the three belong together.',
  },
  InvalidAccessKeyId: UNKNOWN_KEY,
  // What the Versity gateway says of a signed URL, with status 404.
  XAdminUserNotFound: UNKNOWN_KEY,
  SignatureDoesNotMatch: {
    message: 'The store does not accept the signature: the secret key does not belong to the access key',
    advice: 'Enter the keys again, without blanks before or behind them.',
  },
  RequestTimeTooSkewed: { message: 'The store takes the clock of this machine for wrong', advice: CLOCK },
  RequestExpired: { message: 'The signed request is older than it may be', advice: CLOCK },
};

/** The LakeError of an answer that is neither success nor worth a retry. */
export function responseError(request: RefusedRequest): LakeError {
  const { status, code, url } = request;
  const reason = code === undefined ? `status ${status}` : `${status} ${code}`;
  const keyFault = faultOfKeys(request);
  if (keyFault) {
    return new LakeError({
      code: 'access-denied',
      message: `${keyFault.message} (${reason} of ${url}).`,
      advice: keyFault.advice,
      remedy: 'keys',
    });
  }
  if (request.region !== undefined) return regionError(url, reason, request.region);
  if (status === 401 || status === 403) return deniedError(request, reason);
  if (status === 404 || status === 410) {
    const bucket = code === 'NoSuchBucket';
    return new LakeError({
      code: 'not-found',
      message: bucket ? `There is no bucket at ${url}.` : `${url} does not exist (${reason}).`,
      advice: bucket
        ? 'Check the spelling of the bucket and the host it is on.'
        : 'Check the spelling of the address; if a file has just been replaced, open the lake again.',
      remedy: 'address',
    });
  }
  if (status === 301 || code === 'PermanentRedirect') return regionError(url, reason);
  if (status === 429 || status === 503) {
    return new LakeError({
      code: 'throttled',
      message: `${url} asks for fewer requests (${reason}), again after several tries.`,
      advice: 'Wait a minute, or narrow the query to fewer files.',
    });
  }
  return new LakeError({
    code: status >= 500 ? 'unreachable' : 'unexpected',
    message: `${url} answered with ${reason}.`,
    advice: status >= 500 ? 'The store has a fault: try again in a while.' : 'Check the address of the lake.',
  });
}

function faultOfKeys({ code = '', message = '', signed }: RefusedRequest) {
  if (!signed) return undefined;
  // S3 gives an expired signature no code of its own.
  if (code === 'AccessDenied' && /expired/i.test(message)) return KEY_FAULTS['RequestExpired'];
  return KEY_FAULTS[code];
}

function deniedError({ purpose, url, signed }: RefusedRequest, reason: string): LakeError {
  const data: LakeErrorData = { code: 'access-denied', message: '', advice: '', remedy: 'keys' };
  const right = purpose === 'list' ? 's3:ListBucket' : 's3:GetObject';
  if (signed) {
    const verb = purpose === 'list' ? 'list its files' : 'read it';
    data.message = `These keys may not ${verb}: ${url} (${reason}).`;
    data.advice = `Ask the owner to allow ${right} for them, or check the name of the bucket and its folder.`;
  } else if (purpose === 'list') {
    data.message = `${url} does not let anonymous visitors list its files (${reason}).`;
    data.advice =
      'If the bucket is private, enter its keys. If it is public, ask the owner to allow s3:ListBucket for everyone, or check the name of the bucket and its folder.';
  } else {
    data.message = `${url} may not be read by anonymous visitors (${reason}).`;
    data.advice =
      'If the bucket is private, enter its keys. If it is public, ask the owner to allow s3:GetObject for everyone, or check that the file still exists.';
  }
  return new LakeError(data);
}

function regionError(url: string, reason: string, region?: string): LakeError {
  return new LakeError({
    code: 'not-found',
    message: `${url} is in ${region === undefined ? 'another region' : `the region ${region}`} (${reason}).`,
    advice: `Name the region in the address: s3://bucket/folder?region=${region ?? 'eu-west-1'}.`,
    remedy: 'address',
  });
}

/** The LakeError of an address that carries its own signature, and is refused. */
export function signedAddressError(url: string, { code, message }: S3Refusal): LakeError {
  const expired = /expired/i.test(`${code} ${message}`);
  return new LakeError({
    code: 'access-denied',
    message: `The signed address of ${url} ${expired ? 'has expired' : 'is not accepted'} (${code ?? 'refused'}).`,
    advice: 'Get a new signed address from whoever gave it, and paste the whole of it.',
    remedy: 'address',
  });
}

/** The LakeError of temporary keys whose time is over; no request was sent. */
export function keysExpiredError(expiredAt: number): LakeError {
  const time = `${new Date(expiredAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return new LakeError({
    code: 'access-denied',
    message: `The temporary keys expired at ${time}.`,
    advice: 'Get new keys and enter all three of them again.',
    remedy: 'keys',
  });
}

/** The LakeError of an answer that the browser hides from the page. */
export function hiddenAnswerError(url: string, signed: boolean, cause: unknown): LakeError {
  const { origin } = new URL(url);
  return new LakeError(
    {
      code: 'unreachable',
      message: `${origin} answers, but does not let this page read the answer: its CORS headers are missing.`,
      advice: signed
        ? 'Many stores send a refusal without them, so check first that keys and region are right and have not expired. If they are, the bucket’s CORS rule must allow GET from this page.'
        : 'The bucket’s CORS rule must allow GET from this page. Some stores also refuse without them: check the names of bucket, folder and region, and whether the bucket needs keys.',
      remedy: 'cors',
    },
    { cause },
  );
}

/** The LakeError of a request that got no answer at all. */
export function noAnswerError(url: string, cause: unknown): LakeError {
  const { origin } = new URL(url);
  return new LakeError(
    {
      code: 'unreachable',
      message: `${origin} gives no answer.`,
      advice: 'Check the address and your connection. If the host is up, its CORS rule must allow GET from this page.',
      remedy: 'cors',
    },
    { cause },
  );
}

/** The LakeError of a body that broke off. */
export function truncatedError(url: string, cause?: unknown): LakeError {
  return new LakeError(
    {
      code: 'truncated',
      message: `${url} broke off: fewer bytes arrived than were announced.`,
      advice: 'Try again; if it stays so, the file on the store is damaged and must be written anew.',
    },
    { cause },
  );
}

/** The LakeError of a request that delivered nothing for `patience` milliseconds, each time it was tried. */
export function stalledError(url: string, patience: number): LakeError {
  return new LakeError({
    code: 'unreachable',
    message: `${url} delivered nothing for ${patience / 1000} s, again after several tries.`,
    advice: 'Check your connection and run the query again; what has arrived until now is kept.',
  });
}

/** The LakeError of a store that cannot say which files it holds. */
export function cannotListError(url: string, seen = ''): LakeError {
  return new LakeError({
    code: 'not-a-lake',
    message: `${url} cannot be listed: its host does not answer S3 listings${seen}.`,
    advice:
      'A plain web server needs to be told: give a lake with a manifest, the address of a .txt or .json list of its Parquet files, or the addresses of the files. For a bucket, check its host and name.',
    remedy: 'address',
  });
}
