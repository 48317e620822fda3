import { shareBar } from '../status-line';
import { grouped, size } from './ingest-report';

/** How far an ingest is. */
export type IngestProgress =
  | { phase: 'read'; bytes: number; totalBytes: number; messages: number; bad: number }
  /** `seconds` since the first day was begun. */
  | { phase: 'write'; done: number; total: number; seconds: number };

/**
 * One line on how far an ingest is.
 * @param seconds since its start
 */
export function describeIngestProgress(progress: IngestProgress, seconds: number): string {
  if (progress.phase === 'write') {
    const { done, total } = progress;
    return `${shareBar(done / Math.max(1, total))} writing day ${grouped(done)} of ${grouped(total)}${timeLeft(done, total, progress.seconds)}`;
  }
  const { bytes, totalBytes, messages, bad } = progress;
  const rate = grouped(Math.round(messages / Math.max(seconds, 1e-3)));
  const aside = bad > 0 ? `, ${grouped(bad)} set aside` : '';
  return `${shareBar(bytes / Math.max(1, totalBytes))} ${size(bytes)} of ${size(totalBytes)}, ${grouped(messages)} messages (${rate}/s)${aside}${timeLeft(bytes, totalBytes, seconds)}`;
}

/** About how long the rest of a phase takes, once that can be told. */
function timeLeft(done: number, total: number, seconds: number): string {
  if (done <= 0 || done >= total || seconds < 2) return '';
  const left = (seconds / done) * (total - done);
  return left < 90 ? `, ${Math.ceil(left)} s left` : `, ${Math.ceil(left / 60)} min left`;
}
