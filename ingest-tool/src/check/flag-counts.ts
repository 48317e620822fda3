import { qartodFlagAttributes, qartodFlagName } from '@tidelake/lake-format';

/** How many points have each flag, by its name: `pass`, `not_evaluated`, `suspect`, `fail`, `missing`. */
export type FlagTally = Record<string, number>;

/** Counts the flags of a run: of each column, and of each test of a column. */
export class FlagCounts {
  readonly columns: Record<string, FlagTally> = {};
  readonly tests: Record<string, Record<string, FlagTally>> = {};

  /** Adds the flags `[from, to)` of a column's points. */
  addColumn(column: string, flags: Uint8Array, from: number, to: number): void {
    tally((this.columns[column] ??= emptyTally()), flags, from, to);
  }

  /** Adds the flags `[from, to)` that one test gave a column's points. */
  addTest(column: string, test: string, flags: Uint8Array, from: number, to: number): void {
    const own = (this.tests[column] ??= {});
    tally((own[test] ??= emptyTally()), flags, from, to);
  }

  /** Adds all counts of another. */
  addAll(other: Pick<FlagCounts, 'columns' | 'tests'>): void {
    for (const [column, counts] of Object.entries(other.columns)) {
      add((this.columns[column] ??= emptyTally()), counts);
    }
    for (const [column, tests] of Object.entries(other.tests)) {
      const own = (this.tests[column] ??= {});
      for (const [test, counts] of Object.entries(tests)) add((own[test] ??= emptyTally()), counts);
    }
  }
}

function emptyTally(): FlagTally {
  return Object.fromEntries(qartodFlagAttributes().flagValues.map((flag) => [qartodFlagName(flag) ?? '', 0]));
}

function add(into: FlagTally, counts: FlagTally): void {
  for (const [name, count] of Object.entries(counts)) into[name] = (into[name] ?? 0) + count;
}

function tally(into: FlagTally, flags: Uint8Array, from: number, to: number): void {
  const counts = new Uint32Array(256);
  for (let start = from, end = from; start < to; start = end) {
    const flag = flags[start] ?? 0;
    // A flag is mostly that of the point before, and comparing takes less than counting.
    for (end = start + 1; end < to && flags[end] === flag;) end++;
    counts[flag] = (counts[flag] ?? 0) + end - start;
  }
  counts.forEach((count, flag) => {
    const name = qartodFlagName(flag);
    if (count > 0 && name !== undefined) into[name] = (into[name] ?? 0) + count;
  });
}
