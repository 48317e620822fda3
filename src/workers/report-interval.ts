import type { Progress } from './protocol';

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 80;

/** Lets through the first report of each phase, the last of each, and in between one in a while. */
export function throttled(onProgress: ((progress: Progress) => void) | undefined): (progress: Progress) => void {
  let phase: Progress['phase'] | undefined;
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    const complete = progress.total > 0 && progress.done === progress.total;
    if (progress.phase === phase && !complete && now - last < PROGRESS_INTERVAL) return;
    phase = progress.phase;
    last = now;
    onProgress?.(progress);
  };
}
