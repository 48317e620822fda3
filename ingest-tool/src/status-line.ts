const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** Shows how far a run is on stderr: one line that changes on a terminal, a line every ten seconds elsewhere. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #started = performance.now();
  #shown = performance.now();
  #dirty = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param text makes the line from the seconds since the start; not asked while the last line is fresh */
  show(text: (seconds: number) => string): void {
    const now = performance.now();
    if (now - this.#shown < (this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    this.#shown = now;
    const line = text((now - this.#started) / 1000);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, this.#stream.columns - 1))}`);
      this.#dirty = true;
    } else this.#stream.write(`${line}\n`);
  }

  /** Takes the line away, so that other text can follow. */
  clear(): void {
    if (this.#dirty) this.#stream.write('\r\x1b[2K');
    this.#dirty = false;
  }
}

/** A share from 0 to 1 as a bar and percent. */
export function shareBar(share: number): string {
  const full = Math.round(Math.min(1, share) * 20);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${String(Math.round(Math.min(1, share) * 100)).padStart(3)} %`;
}
