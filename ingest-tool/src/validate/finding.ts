/** What is wrong, as programs name it; docs/validate.md describes each. */
export type FindingCode =
  | 'unreadable'
  | 'changing'
  | 'wrong-partition'
  | 'unsorted'
  | 'duplicate-rows'
  | 'schema-clash'
  | 'unknown-column'
  | 'missing-statistics'
  | 'small-files'
  | 'manifest-unreadable'
  | 'manifest-lacks-file'
  | 'manifest-names-missing-file'
  | 'manifest-out-of-date'
  | 'rollup-missing'
  | 'rollup-stale'
  | 'totals-wrong'
  | 'leftover'
  | 'not-checked';

/** `damage` makes answers wrong or fail, a `warning` makes them slow or may come to damage, a `note` is neither. */
export type Severity = 'damage' | 'warning' | 'note';

/** What mends it: a command of this tool, `retry` for what passes, `remove` for what a person has to take away. */
export type Mend = 'compact' | 'manifest' | 'rollup' | 'ingest' | 'retry' | 'remove';

export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** Below the lake's root. */
  file: string;
  /** A sentence without the file's name. */
  message: string;
  mend: Mend;
  /** The first row that it is about, from 0. */
  row?: number;
  /** Where in the file the damage is. */
  byte?: number;
}

/** Findings of one code that are kept; beyond it they are only counted, so that a lake in ruins fits in memory. */
const KEPT_OF_CODE = 1000;

/** Collects findings. */
export class FindingLog {
  readonly kept: Finding[] = [];
  /** How often each was found, also where it was not kept. */
  readonly counts: Partial<Record<FindingCode, number>> = {};
  readonly #severities = new Set<Severity>();

  add(finding: Finding): void {
    const count = (this.counts[finding.code] ?? 0) + 1;
    this.counts[finding.code] = count;
    this.#severities.add(finding.severity);
    if (count <= KEPT_OF_CODE) this.kept.push(finding);
  }

  addAll(findings: readonly Finding[]): void {
    for (const finding of findings) this.add(finding);
  }

  /** The worst of all findings; undefined where there are none. */
  get worst(): Severity | undefined {
    return (['damage', 'warning', 'note'] as const).find((severity) => this.#severities.has(severity));
  }
}
