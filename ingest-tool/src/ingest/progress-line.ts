import { grouped, size } from './ingest-report';

/** How far an ingest is. */
export type IngestProgress =
  | { phase: 'read'; bytes: number; totalBytes: number; messages: number; bad: number }
  | { phase: 'write'; done: number; total: number };

const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** Shows progress on stderr: one line that changes on a terminal, a line every ten seconds elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #started = performance.now();
  #shown = performance.now();
  #dirty = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(progress: IngestProgress): void {
    const now = performance.now();
    if (now - this.#shown < (this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    this.#shown = now;
    const text = this.#text(progress, (now - this.#started) / 1000);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, this.#stream.columns - 1))}`);
      this.#dirty = true;
    } else this.#stream.write(`${text}\n`);
  }

  /** Takes the line away, so that other text can follow. */
  clear(): void {
    if (this.#dirty) this.#stream.write('\r\x1b[2K');
    this.#dirty = false;
  }

  #text(progress: IngestProgress, seconds: number): string {
    if (progress.phase === 'write') {
      return `${bar(progress.done / Math.max(1, progress.total))} writing day ${grouped(progress.done)} of ${grouped(progress.total)}`;
    }
    const { bytes, totalBytes, messages, bad } = progress;
    const rate = grouped(Math.round(messages / Math.max(seconds, 1e-3)));
    const aside = bad > 0 ? `, ${grouped(bad)} set aside` : '';
    return `${bar(bytes / Math.max(1, totalBytes))} ${size(bytes)} of ${size(totalBytes)}, ${grouped(messages)} messages (${rate}/s)${aside}`;
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * 20);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${String(Math.round(Math.min(1, share) * 100)).padStart(3)} %`;
}
