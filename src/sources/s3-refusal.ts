import { childText, parseXml } from './xml';
import type { XmlElement } from './xml';

/** What an S3 error document says. */
export interface S3Refusal {
  /** Such as `NoSuchBucket`. */
  code?: string;
  message?: string;
  /** The region that the bucket is in, where the store tells. */
  region?: string;
}

const WRONG_REGION = /^(Authorization\w+|PermanentRedirect|TemporaryRedirect|IllegalLocationConstraintException)$/;
const REGION = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Reads the answer of a store that refused. Of no S3 error document nothing is known. */
export function readRefusal(text: string, status: number, headers: Headers): S3Refusal {
  const document = parseXml(text);
  const error = document?.name === 'Error' ? document : undefined;
  const code = error && childText(error, 'Code');
  const message = error && childText(error, 'Message');
  // Every answer of S3 may name the bucket's region; only these say that it was not the one that was asked.
  const isElsewhere = status === 301 || WRONG_REGION.test(code ?? '');
  const region = isElsewhere ? namedRegion(error, message, headers) : undefined;
  return {
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(region !== undefined && { region }),
  };
}

function namedRegion(error: XmlElement | undefined, message = '', headers: Headers): string | undefined {
  const named = [
    headers.get('x-amz-bucket-region'),
    error && childText(error, 'Region'),
    /expecting ['"]?([a-z0-9-]+)/.exec(message)?.[1],
    // PermanentRedirect names the host to ask instead: bucket.s3-eu-west-1.amazonaws.com
    /s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/.exec((error && childText(error, 'Endpoint')) ?? '')?.[1],
  ];
  return named.find((text): text is string => typeof text === 'string' && REGION.test(text));
}
