import { grouped, size } from '../ingest/ingest-report';
import type { StatusLine } from '../status-line';

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

/** Adds up how far a transfer is, and shows it. */
export class TransferProgress {
  readonly state: TransferState = { files: 0, bytes: 0, movedBytes: 0 };
  readonly #status: StatusLine;

  constructor(status: StatusLine) {
    this.#status = status;
  }

  add(files: number, bytes: number, movedBytes: number): void {
    this.state.files += files;
    this.state.bytes += bytes;
    this.state.movedBytes += movedBytes;
    this.#status.show((seconds) => describeProgress(this.state, seconds));
  }
}
