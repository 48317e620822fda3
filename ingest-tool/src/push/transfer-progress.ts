import { grouped, size } from '../ingest/ingest-report';

/** How far a transfer is; totals are unknown until everything was counted. */
export interface TransferState {
  files: number;
  /** Bytes that were sent, received or found to be there. */
  bytes: number;
  /** Bytes that went over the network. */
  movedBytes: number;
  totalFiles?: number | undefined;
  totalBytes?: number | undefined;
}

const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** One line on how far a transfer is, how fast, and how long it will still take. */
export function describeProgress(state: TransferState, seconds: number): string {
  const { files, bytes, movedBytes, totalFiles, totalBytes } = state;
  const rate = seconds > 0 ? `${size(movedBytes / seconds)}/s` : '';
  if (totalFiles === undefined || totalBytes === undefined) return `${grouped(files)} files, ${size(bytes)}, ${rate}`;
  const share = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
  const left = share > 0.01 && seconds > 1 ? `, ${describeSeconds((seconds / share) * (1 - share))} left` : '';
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${percent} %  ${grouped(files)} of ${grouped(totalFiles)} files, ${size(bytes)} of ${size(totalBytes)}, ${rate}${left}`;
}

/** A duration for people, rounded up. */
function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Shows how far a transfer is: one line that changes on a terminal, a line every ten seconds elsewhere. */
export class TransferProgress {
  readonly state: TransferState = { files: 0, bytes: 0, movedBytes: 0 };
  readonly #stream: NodeJS.WriteStream;
  readonly #started = performance.now();
  #shown = performance.now();
  #dirty = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  add(files: number, bytes: number, movedBytes: number): void {
    this.state.files += files;
    this.state.bytes += bytes;
    this.state.movedBytes += movedBytes;
    const now = performance.now();
    if (now - this.#shown < (this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    this.#shown = now;
    const text = describeProgress(this.state, (now - this.#started) / 1000);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, this.#stream.columns - 1))}`);
      this.#dirty = true;
    } else this.#stream.write(`${text}\n`);
  }

  clear(): void {
    if (this.#dirty) this.#stream.write('\r\x1b[2K');
    this.#dirty = false;
  }
}
