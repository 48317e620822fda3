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

interface Watched {
  started: number;
  stalled: AbortController;
}

/**
 * Makes watches over the requests to one store. It is silence when none of them hears anything: one that waits hears
 * nothing either while the browser holds it back, or the line is busy with the others. All share one timer, for setting one
 * costs a part of what a small request does.
 * @param patience milliseconds of silence to bear
 */
export function createStallWatches(patience: number): (signal: AbortSignal) => StallWatch {
  const watching = new Set<Watched>();
  let lastHeard = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function check(): void {
    const now = performance.now();
    let shortest = patience;
    for (const { started, stalled } of watching) {
      const left = patience - (now - Math.max(started, lastHeard));
      if (left <= 0) stalled.abort();
      else shortest = Math.min(shortest, left);
    }
    // A timer may fire a little early.
    timer = setTimeout(check, shortest + 1);
  }

  return (signal) => {
    const watched: Watched = { started: performance.now(), stalled: new AbortController() };
    watching.add(watched);
    timer ??= setTimeout(check, patience);
    return {
      signal: AbortSignal.any([signal, watched.stalled.signal]),
      hasStalled: () => watched.stalled.signal.aborted,
      heard() {
        lastHeard = performance.now();
      },
      stop() {
        watching.delete(watched);
        if (watching.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      },
    };
  };
}
