import { setTimeout as delay } from 'node:timers/promises';

/** How often and how patiently a request is repeated. Times are milliseconds. */
export interface RetryPolicy {
  /** Repeats after the first try. */
  retries: number;
  /** The first pause; each further one may be twice as long. */
  firstPause: number;
  longestPause: number;
  /** How long a server may neither take nor give a byte. */
  patience: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  retries: 7,
  firstPause: 200,
  longestPause: 20_000,
  patience: 60_000,
};

/**
 * Waits before a request is repeated: a time that doubles with each try, drawn at random up to its length so that many
 * requests do not come back at once, and at least what the server asks for.
 * @param attempt 0 for the first repeat
 * @param retryAfter the Retry-After header (RFC 9110 §10.2.3)
 */
export async function pauseBeforeRetry(
  attempt: number,
  retryAfter: string | undefined,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<void> {
  const drawn = Math.random() * policy.firstPause * 2 ** attempt;
  const asked = parseRetryAfter(retryAfter, Date.now());
  await delay(Math.min(Math.max(drawn, asked), policy.longestPause), undefined, { signal });
}

/** Milliseconds that a Retry-After header asks for, in seconds or as a date; 0 where it asks for nothing. */
export function parseRetryAfter(header: string | undefined, now: number): number {
  if (header === undefined || header.trim() === '') return 0;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
