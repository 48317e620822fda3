import { describeBytes } from '../lake/receipt';
import type { Phase, Progress } from '../workers/protocol';

const WORDS: Record<Phase, string> = {
  start: 'Starting the engine',
  plan: 'Planning',
  list: 'Listing partitions',
  fetch: 'Fetching files',
  decode: 'Decoding files',
  load: 'Loading rows',
  query: 'Running the query',
};

/** What a running query is doing, such as `Fetching files 12 of 31 · 1.2 MB`. */
export function formatProgress(progress: Progress | undefined): string {
  if (!progress) return 'Waiting for the engine';
  const { phase, done, total, bytes } = progress;
  const count = total > 0 ? ` ${done} of ${total}` : done > 0 ? ` ${done}` : '';
  return `${WORDS[phase]}${count}${bytes > 0 ? ` · ${describeBytes(bytes)}` : ''}`;
}

/** Share of the phase that is done, 0–1; undefined while its size is unknown. */
export function progressShare(progress: Progress | undefined): number | undefined {
  return progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : undefined;
}
