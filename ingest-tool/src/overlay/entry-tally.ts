import type { EntryCount } from './overlay';

/** Counts what each entry of an overlay came to. */
export class EntryTally {
  readonly #counts = new Map<number, EntryCount>();

  add(entry: number, rows: number, changed: number): void {
    const count = this.#counts.get(entry) ?? { entry, rows: 0, changed: 0 };
    count.rows += rows;
    count.changed += changed;
    this.#counts.set(entry, count);
  }

  addAll(counts: readonly EntryCount[]): void {
    for (const { entry, rows, changed } of counts) this.add(entry, rows, changed);
  }

  /** Of an entry that nothing was counted for, zeros. */
  of(entry: number): EntryCount {
    return this.#counts.get(entry) ?? { entry, rows: 0, changed: 0 };
  }

  list(): EntryCount[] {
    return [...this.#counts.values()];
  }
}
