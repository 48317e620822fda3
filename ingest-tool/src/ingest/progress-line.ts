import { shareBar, StatusLine } from '../status-line';
import { grouped, size } from './ingest-report';

/** How far an ingest is. */
export type IngestProgress =
  | { phase: 'read'; bytes: number; totalBytes: number; messages: number; bad: number }
  | { phase: 'write'; done: number; total: number };

/** Shows on stderr how far an ingest is. */
export class ProgressLine {
  readonly #line: StatusLine;

  constructor(stream: NodeJS.WriteStream) {
    this.#line = new StatusLine(stream);
  }

  show(progress: IngestProgress): void {
    this.#line.show((seconds) => textOf(progress, seconds));
  }

  /** Takes the line away, so that other text can follow. */
  clear(): void {
    this.#line.clear();
  }
}

function textOf(progress: IngestProgress, seconds: number): string {
  if (progress.phase === 'write') {
    return `${shareBar(progress.done / Math.max(1, progress.total))} writing day ${grouped(progress.done)} of ${grouped(progress.total)}`;
  }
  const { bytes, totalBytes, messages, bad } = progress;
  const rate = grouped(Math.round(messages / Math.max(seconds, 1e-3)));
  const aside = bad > 0 ? `, ${grouped(bad)} set aside` : '';
  return `${shareBar(bytes / Math.max(1, totalBytes))} ${size(bytes)} of ${size(totalBytes)}, ${grouped(messages)} messages (${rate}/s)${aside}`;
}
