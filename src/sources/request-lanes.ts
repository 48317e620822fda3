import { LakeError } from '../lake/lake-error';
import { cancelledError, whenAborted } from './cancellation';
import type { Fetched, ObjectStore } from './object-store';

/**
 * Requests under way at once: to begin with, at least, and at most, which is below the 100 streams that HTTP/2 servers usually
 * grant. Over HTTP/1.1 a browser holds back by itself what is beyond its six, so that beginning with many does no harm.
 */
const START = 96;
const LEAST = 4;
const MOST = 99;

/** A browser opens six connections to a host over HTTP/1.1; as many more wait, so that none of them ever rests. */
const MOST_HTTP_1 = 12;

/** A round of answers that carried so much less than the one before it says that the line is overfull. */
const WORSE = 0.7;

/** Answers after which a browser that has not told the protocol never will. */
const MOST_LOOKS = 16;

/** What is learnt about a store's line from its answers, and how many requests may be under way for it. */
export interface LaneCount {
  /** Whole, at least 1. */
  limit(): number;
  /** @param clean whether the answer came at the first try */
  answered(answer: { clean: boolean; bytes: number; at: number }): void;
  /** @param protocol an ALPN name, such as `h2` or `http/1.1` */
  spoken(protocol: string): void;
}

/**
 * Counts lanes as TCP does its window: one more each round of clean answers, half as many after a failure or throttling, a
 * quarter fewer where a round carried much less than the one before. Over HTTP/1.1 the browser's six connections are the
 * limit anyhow.
 */
export function createLaneCount(): LaneCount {
  let lanes = START;
  let most = MOST;
  let round = { answers: 0, bytes: 0, since: NaN, isTroubled: false };
  let lastRate: number | undefined;

  function endRound(at: number): void {
    const rate = round.bytes / Math.max(1, at - round.since);
    if (round.isTroubled) lastRate = undefined;
    else {
      lanes += lastRate !== undefined && rate < lastRate * WORSE ? -lanes / 4 : 1;
      lastRate = rate;
    }
    lanes = Math.min(most, Math.max(LEAST, lanes));
    round = { answers: 0, bytes: 0, since: at, isTroubled: false };
  }

  return {
    limit: () => Math.floor(lanes),
    answered({ clean, bytes, at }) {
      if (Number.isNaN(round.since)) round.since = at;
      round.answers++;
      round.bytes += bytes;
      if (!clean && !round.isTroubled) {
        // Those of one round fail together, for one reason.
        round.isTroubled = true;
        lanes = Math.max(LEAST, lanes / 2);
      }
      if (round.answers >= lanes) endRound(at);
    },
    spoken(protocol) {
      if (!protocol.startsWith('http/')) return;
      most = MOST_HTTP_1;
      lanes = Math.min(lanes, most);
    },
  };
}

interface Waiting {
  start: () => void;
  isListing: boolean;
}

/**
 * Wraps a store so that listings, footers and data share its line: no more requests are under way than it bears, and listings
 * go before what is waiting, for more work follows from them.
 */
export function limitRequests(store: ObjectStore, lanes: LaneCount = createLaneCount()): ObjectStore {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let looksForProtocol = MOST_LOOKS;

  function startNext(): void {
    while (underWay < lanes.limit()) {
      const listing = waiting.findIndex(({ isListing }) => isListing);
      const [next] = waiting.splice(Math.max(0, listing), 1);
      if (next === undefined) return;
      underWay++;
      next.start();
    }
  }

  function turn(isListing: boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(cancelledError());
        return;
      }
      const forget = whenAborted(signal, () => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(cancelledError());
      });
      const start = () => {
        forget();
        resolve();
      };
      const entry = { start, isListing };
      waiting.push(entry);
      startNext();
    });
  }

  async function run<Value>(
    isListing: boolean,
    signal: AbortSignal,
    send: () => Promise<Fetched<Value>>,
  ): Promise<Fetched<Value>> {
    await turn(isListing, signal);
    try {
      const fetched = await send();
      lanes.answered({ clean: fetched.retries === 0, bytes: fetched.bytes, at: performance.now() });
      return fetched;
    } catch (error) {
      if (!isFinal(error)) lanes.answered({ clean: false, bytes: 0, at: performance.now() });
      throw error;
    } finally {
      underWay--;
      noticeProtocol();
      startNext();
    }
  }

  function noticeProtocol(): void {
    if (looksForProtocol === 0) return;
    const protocol = protocolOf(store.url);
    looksForProtocol = protocol === undefined ? looksForProtocol - 1 : 0;
    if (protocol !== undefined) lanes.spoken(protocol);
  }

  return {
    url: store.url,
    list: (request, signal) => run(true, signal, () => store.list(request, signal)),
    get: (key, signal, range) => run(false, signal, () => store.get(key, signal, range)),
  };
}

/** An answer as clear as data: trying with fewer requests would not change it. */
function isFinal(error: unknown): boolean {
  return error instanceof LakeError && error.code !== 'throttled' && error.code !== 'unreachable';
}

/** The protocol of an answer from a store's host, where the browser tells; other origins must allow it to (Timing-Allow-Origin). */
function protocolOf(storeUrl: string): string | undefined {
  if (typeof PerformanceResourceTiming === 'undefined' || !URL.canParse(storeUrl)) return undefined;
  const { origin } = new URL(storeUrl);
  for (const entry of performance.getEntriesByType('resource')) {
    if (!(entry instanceof PerformanceResourceTiming) || !entry.name.startsWith(`${origin}/`)) continue;
    if (entry.nextHopProtocol) return entry.nextHopProtocol;
  }
  return undefined;
}
