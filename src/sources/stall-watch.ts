/** Watches over a request that may fall silent. */
export interface StallWatch {
  /** Aborted with the caller's signal, or once there has been silence for too long. */
  signal: AbortSignal;
  /** Whether it was the silence. */
  hasStalled(): boolean;
  /** Something was heard. */
  heard(): void;
  /** The request is over. */
  stop(): void;
}

/**
 * Makes watches over the requests to one store. It is silence when none of them hears anything: one that waits hears
 * nothing either while the browser holds it back, or the line is busy with the others.
 * @param patience milliseconds of silence to bear
 */
export function createStallWatches(patience: number): (signal: AbortSignal) => StallWatch {
  let lastHeard = -Infinity;
  return (signal) => {
    const started = performance.now();
    const stalled = new AbortController();
    let timer = setTimeout(check, patience);

    function check(): void {
      const silence = performance.now() - Math.max(started, lastHeard);
      if (silence >= patience) stalled.abort();
      // A timer may fire a little early.
      else timer = setTimeout(check, patience - silence + 1);
    }

    return {
      signal: AbortSignal.any([signal, stalled.signal]),
      hasStalled: () => stalled.signal.aborted,
      heard() {
        lastHeard = performance.now();
      },
      stop: () => clearTimeout(timer),
    };
  };
}
