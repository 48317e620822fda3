import { shareBar } from '../status-line';
import { grouped, size } from './ingest-report';

/** How far an ingest is. */
export type IngestProgress =
  | { phase: 'read'; bytes: number; totalBytes: number; messages: number; bad: number }
  | { phase: 'write'; done: number; total: number };

/**
 * One line on how far an ingest is.
 * @param seconds since its start
 */
export function describeIngestProgress(progress: IngestProgress, seconds: number): string {
  if (progress.phase === 'write') {
    return `${shareBar(progress.done / Math.max(1, progress.total))} writing day ${grouped(progress.done)} of ${grouped(progress.total)}`;
  }
  const { bytes, totalBytes, messages, bad } = progress;
  const rate = grouped(Math.round(messages / Math.max(seconds, 1e-3)));
  const aside = bad > 0 ? `, ${grouped(bad)} set aside` : '';
  return `${shareBar(bytes / Math.max(1, totalBytes))} ${size(bytes)} of ${size(totalBytes)}, ${grouped(messages)} messages (${rate}/s)${aside}`;
}
