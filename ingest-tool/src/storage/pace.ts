import { setTimeout as delay } from 'node:timers/promises';

/** Time in milliseconds, and how to let it pass; tests have one of their own. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The time of this machine, which no change of its date touches. */
export const MONOTONIC_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};

/** Keeps what all requests together carry below a bandwidth. */
export class Pace {
  readonly #bytesPerMillisecond: number;
  readonly #clock: Clock;
  #free: number;

  /** @param bytesPerSecond the most that is carried, averaged from the first byte on */
  constructor(bytesPerSecond: number, clock: Clock = MONOTONIC_CLOCK) {
    this.#bytesPerMillisecond = bytesPerSecond / 1000;
    this.#clock = clock;
    this.#free = clock.now();
  }

  /**
   * Waits until so many more bytes may be carried. Who asks first is served first.
   * @throws the signal's reason when it is aborted
   */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const start = Math.max(this.#free, this.#clock.now());
    this.#free = start + bytes / this.#bytesPerMillisecond;
    const wait = this.#free - this.#clock.now();
    if (wait > 0) await this.#clock.sleep(wait, signal);
    signal.throwIfAborted();
  }
}
