import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { EXIT, ToolError } from '../tool-error';
import { placeInRegion, type BucketPlace } from './bucket-place';
import type { CredentialSource } from './credentials';
import { HttpExchange, NetworkFailure, type HttpAnswer } from './http-exchange';
import type { Pace } from './pace';
import { DEFAULT_RETRY_POLICY, pauseBeforeRetry, type RetryPolicy } from './request-retry';
import { explainS3Failure, isTransient, S3Failure } from './s3-failure';

/** A request to a bucket. */
export interface S3Request {
  /** For messages, such as `list` or `write`. */
  doing: string;
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Whole key; the bucket itself where it is not given. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Refusals that the caller makes sense of: they are thrown as {@link S3Failure}. */
  expects?: (failure: S3Failure) => boolean;
}

/** An answer, and how often the request was repeated for it. */
export interface S3Answer extends HttpAnswer {
  repeats: number;
}

export interface S3ClientOptions {
  retry?: RetryPolicy;
  pace?: Pace;
}

// Whether the same request may pass a moment later; wrong names and certificates may not.
const PASSING_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);
const UNREACHABLE_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND']);

/** Sends signed requests to one bucket and repeats those that fail for a passing reason. */
export class S3Client {
  readonly bucket: string;
  #place: BucketPlace;
  readonly #credentials: CredentialSource;
  readonly #exchange: HttpExchange;
  readonly #retry: RetryPolicy;
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  #hasAnswered = false;

  constructor(bucket: string, place: BucketPlace, credentials: CredentialSource, options: S3ClientOptions = {}) {
    this.bucket = bucket;
    this.#place = place;
    this.#credentials = credentials;
    this.#retry = options.retry ?? DEFAULT_RETRY_POLICY;
    this.#exchange = new HttpExchange(this.#retry.patience, options.pace);
  }

  /** The address of an object or of the bucket, for people. */
  urlOf(key = ''): string {
    return `${this.#place.url}/${encodePath(key)}`;
  }

  /**
   * @throws S3Failure where the store refuses in a way that the request expects
   * @throws ToolError where it refuses otherwise, or cannot be reached
   */
  async send(request: S3Request, signal: AbortSignal): Promise<S3Answer> {
    for (let repeats = 0; ; repeats++) {
      const credentials = await this.#credentials();
      let retryAfter: string | undefined;
      try {
        const answer = await this.#exchange.send(await this.#sign(request, credentials), signal);
        this.#hasAnswered = true;
        if (answer.status >= 200 && answer.status < 300 && !isDisguisedFailure(request, answer)) {
          return { ...answer, repeats };
        }
        const failure = new S3Failure(answer, repeats);
        retryAfter = answer.headers['retry-after'];
        if (this.#followRegion(failure)) continue;
        if (!isTransientHere(failure, answer) || repeats >= this.#retry.retries) {
          if (request.expects?.(failure) === true) throw failure;
          throw explainS3Failure(failure, request.doing, this.urlOf(request.key), credentials !== undefined);
        }
      } catch (error) {
        if (!(error instanceof NetworkFailure)) throw error;
        if (!this.#mayPass(error) || repeats >= this.#retry.retries) throw this.#unreachable(error, request);
      }
      await pauseBeforeRetry(repeats, retryAfter, this.#retry, signal);
    }
  }

  async #sign(request: S3Request, credentials: Awaited<ReturnType<CredentialSource>>) {
    const { method, key, query, body } = request;
    const url = `${this.#place.url}${key === undefined ? this.#place.root : `/${encodePath(key)}`}${formatQuery(query)}`;
    const bytes = body === undefined ? {} : { body };
    const headers = {
      ...request.headers,
      ...(body === undefined ? {} : { 'content-md5': digest('md5', body, 'base64') }),
    };
    if (credentials === undefined) return { method, url, headers, ...bytes };
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url,
      headers: { ...headers, 'x-amz-content-sha256': digest('sha256', body ?? new Uint8Array(), 'hex') },
      service: 's3',
      region: this.#place.region,
      cache: this.#signingKeys,
    });
    const signed = await signer.sign();
    return { method, url, headers: Object.fromEntries(signed.headers), ...bytes };
  }

  /** Goes to the region that the store named; whether it is another one than before. */
  #followRegion({ status, code, region }: S3Failure): boolean {
    const isAboutRegion =
      status === 301 ||
      status === 307 ||
      /^(?:AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException)$/.test(code);
    if (!isAboutRegion || region === undefined || region === '' || region === this.#place.region) return false;
    this.#place = this.#place.byRegion ? placeInRegion(this.bucket, region) : { ...this.#place, region };
    return true;
  }

  #mayPass({ code }: NetworkFailure): boolean {
    if (code === undefined || PASSING_CODES.has(code) || code.startsWith('HPE_')) return true;
    return UNREACHABLE_CODES.has(code) && this.#hasAnswered;
  }

  #unreachable(failure: NetworkFailure, request: S3Request): ToolError {
    const url = new URL(this.urlOf(request.key));
    const isCertificate = /CERT|TLS|SSL|ALTNAME/.test(failure.code ?? '');
    const advice = isCertificate
      ? 'The certificate of the store is not trusted here; NODE_EXTRA_CA_CERTS names a file of further authorities.'
      : 'Check the endpoint and the network, then run the same command again: it continues where it stands.';
    return new ToolError(
      EXIT.unexpected,
      `Could not ${request.doing} ${url.origin}${url.pathname}: ${failure.message}`,
      advice,
      { cause: failure },
    );
  }
}

/** A key as a URL's path, as S3 wants it signed: everything percent-encoded but `/` and the unreserved characters. */
function encodePath(key: string): string {
  return key.split('/').map(encodeText).join('/');
}

function formatQuery(query: Record<string, string> = {}): string {
  const parameters = Object.entries(query).map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`);
  return parameters.length === 0 ? '' : `?${parameters.join('&')}`;
}

function encodeText(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function digest(algorithm: 'md5' | 'sha256', bytes: Uint8Array, encoding: 'base64' | 'hex'): string {
  return createHash(algorithm).update(bytes).digest(encoding);
}

/** S3 begins to answer some requests before they are done, and then can tell a failure only in the body. */
function isDisguisedFailure({ method }: S3Request, { body }: HttpAnswer): boolean {
  return method === 'POST' && Buffer.from(body.subarray(0, 512)).includes('<Error>');
}

function isTransientHere(failure: S3Failure, answer: HttpAnswer): boolean {
  return isTransient(failure) || (answer.status === 200 && failure.code !== 'PreconditionFailed');
}
