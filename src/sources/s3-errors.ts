import { LakeError } from '../lake/lake-error';

/** Whether a request listed keys or read an object: the same status means different things for the two. */
export type Purpose = 'list' | 'get';

/** The CORS rule a bucket needs, in the JSON of S3's own `PutBucketCors`. */
const CORS_RULE =
  '{"AllowedMethods":["GET"],"AllowedOrigins":["*"],"AllowedHeaders":["range"],"ExposeHeaders":["Content-Range","ETag"]}';

/**
 * The LakeError of an answer that is neither success nor worth a retry.
 * @param code of the S3 error document, where there was one
 * @param url without its query string
 */
export function responseError(purpose: Purpose, status: number, code: string | undefined, url: string): LakeError {
  const reason = code === undefined ? `status ${status}` : `${status} ${code}`;
  if (status === 401 || status === 403) {
    return new LakeError(
      purpose === 'list'
        ? {
            code: 'access-denied',
            message: `${url} does not let anonymous visitors list its files (${reason}).`,
            advice:
              'Ask the owner to allow s3:ListBucket for everyone, or check the name of the bucket and its folder.',
          }
        : {
            code: 'access-denied',
            message: `${url} may not be read by anonymous visitors (${reason}).`,
            advice: 'Ask the owner to allow s3:GetObject for everyone, or check that the file still exists.',
          },
    );
  }
  if (status === 404) {
    const bucket = code === 'NoSuchBucket';
    return new LakeError({
      code: 'not-found',
      message: bucket ? `There is no bucket at ${url}.` : `${url} does not exist (${reason}).`,
      advice: bucket
        ? 'Check the spelling of the bucket and the host it is on.'
        : 'Check the spelling of the address; if a file has just been replaced, open the lake again.',
    });
  }
  if (status === 301 || code === 'PermanentRedirect') {
    return new LakeError({
      code: 'not-found',
      message: `${url} is in another region (${reason}).`,
      advice: 'Name the region in the address: s3://bucket/folder?region=eu-west-1.',
    });
  }
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

/** The LakeError of a request without a readable answer. `serverAnswers`: an opaque request did get one. */
export function networkError(url: string, serverAnswers: boolean, cause: unknown): LakeError {
  const origin = new URL(url).origin;
  return new LakeError(
    serverAnswers
      ? {
          code: 'unreachable',
          message: `${origin} answers, but does not let this page read the answer: its CORS headers are missing.`,
          advice: `Ask the owner of the bucket to set this CORS rule: ${CORS_RULE}`,
        }
      : {
          code: 'unreachable',
          message: `${origin} gives no answer.`,
          advice:
            'Check the address and your connection. If the host is up, its CORS rule must allow GET from this page.',
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
