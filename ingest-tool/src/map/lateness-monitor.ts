/** Counts rows that come long after newer ones of their device: what a live writer would have to reopen a file for. */
export class LatenessMonitor {
  late = 0;
  readonly #limitMicros: number;
  #newest = new Float64Array(64).fill(Number.NEGATIVE_INFINITY);

  /** @param limitMs how much older than the device's newest a row may be, in milliseconds */
  constructor(limitMs: number) {
    this.#limitMicros = limitMs * 1000;
  }

  /** Takes note of one row. @param time UTC microseconds */
  observe(device: number, time: number): void {
    if (device >= this.#newest.length) {
      const larger = new Float64Array(Math.max(device + 1, this.#newest.length * 2)).fill(Number.NEGATIVE_INFINITY);
      larger.set(this.#newest);
      this.#newest = larger;
    }
    const newest = this.#newest[device] ?? Number.NEGATIVE_INFINITY;
    if (time > newest) this.#newest[device] = time;
    else if (newest - time > this.#limitMicros) this.late++;
  }
}
