/**
 * Primary flags of the QARTOD manuals of the U.S. IOOS programme, the scheme every `<variable>_qc` column is written in.
 * The numbers are those of IOC Manuals and Guides 54 (2013), so that a flag column can be read by any oceanographic tool.
 */
export const QARTOD_FLAG = {
  pass: 1,
  notEvaluated: 2,
  suspect: 3,
  fail: 4,
  missing: 9,
} as const;

export type QartodFlag = (typeof QARTOD_FLAG)[keyof typeof QARTOD_FLAG];

/** What each flag is called in the CF attribute `flag_meanings`. */
const FLAG_NAMES = new Map<number, string>([
  [QARTOD_FLAG.pass, 'pass'],
  [QARTOD_FLAG.notEvaluated, 'not_evaluated'],
  [QARTOD_FLAG.suspect, 'suspect'],
  [QARTOD_FLAG.fail, 'fail'],
  [QARTOD_FLAG.missing, 'missing'],
]);

/** Which flag wins when several tests judged the same point: fail, suspect, pass, not evaluated, missing. */
const PRECEDENCE: readonly QartodFlag[] = [
  QARTOD_FLAG.missing,
  QARTOD_FLAG.notEvaluated,
  QARTOD_FLAG.pass,
  QARTOD_FLAG.suspect,
  QARTOD_FLAG.fail,
];

// One byte a flag: its rank, 0 for what is no flag, so that combining a million points needs no search.
const RANK = new Uint8Array(256);
PRECEDENCE.forEach((flag, index) => (RANK[flag] = index + 1));

/** Whether a number is one of the five QARTOD flags. */
export function isQartodFlag(value: number): value is QartodFlag {
  return FLAG_NAMES.has(value);
}

/** The name of a flag, such as `suspect` for 3; undefined for a number that is no flag. */
export function qartodFlagName(flag: number): string | undefined {
  return FLAG_NAMES.get(flag);
}

/**
 * Combines the flags of several tests, point by point, into the aggregate flag: 4 over 3 over 1 over 2 over 9, the order of
 * ioos_qc's `qartod_compare`. A pass outranks "not evaluated", because one test that ran is more than none.
 * Without tests every point is "not evaluated".
 * @param length points in the series
 * @throws RangeError when a test's flags have another length
 */
export function aggregateQartodFlags(length: number, tests: Iterable<Uint8Array>): Uint8Array {
  const aggregate = new Uint8Array(length);
  for (const flags of tests) {
    if (flags.length !== length) throw new RangeError(`a test gave ${flags.length} flags for ${length} points`);
    combine(aggregate, flags);
  }
  for (let point = 0; point < length; point += 1) {
    if (aggregate[point] === 0) aggregate[point] = QARTOD_FLAG.notEvaluated;
  }
  return aggregate;
}

/** Puts a test's flags in place of those they outrank. */
function combine(aggregate: Uint8Array, flags: Uint8Array): void {
  for (let point = 0; point < aggregate.length; point += 1) {
    const flag = flags[point] ?? 0;
    const known = aggregate[point] ?? 0;
    if (flag !== known && (RANK[flag] ?? 0) > (RANK[known] ?? 0)) aggregate[point] = flag;
  }
}

/**
 * The QARTOD flag for a flag of Argo's reference table 2: 0, 6 and 7 are not evaluated, 1, 5 (changed) and
 * 8 (estimated) pass, 3 (probably bad) is suspect, 4 fails, 9 is missing.
 * 2 (probably good) passes too, unless `probablyGoodPasses` is false, for work that takes nothing but good data.
 * @param flag Argo's flag, as a number or its character
 * @returns not evaluated for whatever Argo does not define
 */
export function qartodFlagOfArgo(flag: number | string, probablyGoodPasses = true): QartodFlag {
  switch (String(flag).trim()) {
    case '1':
    case '5':
    case '8':
      return QARTOD_FLAG.pass;
    case '2':
      return probablyGoodPasses ? QARTOD_FLAG.pass : QARTOD_FLAG.suspect;
    case '3':
      return QARTOD_FLAG.suspect;
    case '4':
      return QARTOD_FLAG.fail;
    case '9':
      return QARTOD_FLAG.missing;
    default:
      return QARTOD_FLAG.notEvaluated;
  }
}

/** The CF attributes of a flag column: `flag_values` and `flag_meanings`, in the order of the numbers. */
export function qartodFlagAttributes(): { flagValues: number[]; flagMeanings: string } {
  return { flagValues: [...FLAG_NAMES.keys()], flagMeanings: [...FLAG_NAMES.values()].join(' ') };
}
