/** Bytes above which the page asks before it fetches: some ten seconds at 50 Mbit/s, and what a phone's plan would notice. */
export const ASK_ABOVE_BYTES = 64_000_000;

/** Requests above which the page asks: some 40 rounds of six at a time, and what a lake's owner would notice. */
export const ASK_ABOVE_REQUESTS = 400;

/** Whether a query costs so much that somebody should agree to it first. */
export function needsConsent({ bytes, requests }: { bytes: number; requests: number }): boolean {
  return bytes > ASK_ABOVE_BYTES || requests > ASK_ABOVE_REQUESTS;
}
