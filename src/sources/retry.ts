import { delay } from './cancellation';

/** How often and how patiently a request is repeated. Times are milliseconds. */
export interface RetryPolicy {
  /** Repeats after the first try. */
  retries: number;
  /** The first pause; each further one may be twice as long. */
  firstPause: number;
  longestPause: number;
  /** How long a store may deliver nothing before what is asked of it is dropped and asked again. */
  patience: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { retries: 4, firstPause: 150, longestPause: 5_000, patience: 30_000 };

/** A failure that another try may mend; `error` is what the caller sees when none does. */
export class TransientFailure extends Error {
  constructor(
    readonly error: Error,
    /** What the server asked to wait, in milliseconds. */
    readonly retryAfter?: number,
  ) {
    super(error.message, { cause: error });
  }
}

/**
 * Repeats an operation while it fails with a {@link TransientFailure}, with pauses that double, drawn at random up to
 * their length so that many clients do not come back at once; a server's Retry-After is the least it waits.
 * @throws the failure's own error when the tries are used up, `cancelled` as soon as the signal is aborted
 */
export async function withRetries<Value>(
  operation: () => Promise<Value>,
  signal: AbortSignal,
  policy: RetryPolicy = DEFAULT_RETRY_POLICY,
): Promise<{ value: Value; retries: number }> {
  for (let retries = 0; ; retries++) {
    try {
      return { value: await operation(), retries };
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      if (retries >= policy.retries) throw error.error;
      const pause = Math.random() * policy.firstPause * 2 ** retries;
      await delay(Math.min(Math.max(pause, error.retryAfter ?? 0), policy.longestPause), signal);
    }
  }
}

/** Milliseconds a Retry-After header asks for, in seconds or as an HTTP date (RFC 9110 §10.2.3). */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
