import { EPOCH_MICROS, type FieldValue } from '../decode/observation';
import { isoTime } from '../time/iso-time';

const MOST_EXAMPLES = 3;
const MOST_DISTINCT = 64;

/** What the values of a field are. */
export type FieldKind = 'number' | 'text' | 'boolean' | 'time' | 'nothing';

/** A field as `inspect` reports it. */
export interface FieldReport {
  path: string;
  kind: FieldKind;
  /** Values that are there and not null. */
  values: number;
  /** Least and greatest: numbers, or ISO 8601 for times. Null where there are none. */
  min: number | string | null;
  max: number | string | null;
  unit: string | null;
  /** The first different values, as text. */
  examples: string[];
}

/** Collects what the values of one field are like. */
export class FieldSummary {
  values = 0;
  #numbers = 0;
  #booleans = 0;
  #times = 0;
  #min = Infinity;
  #max = -Infinity;
  #unit: string | undefined;
  readonly #distinct = new Set<string>();

  add({ value, unit }: FieldValue): void {
    if (value === null) return;
    this.values++;
    this.#unit ??= unit;
    if (this.#distinct.size < MOST_DISTINCT) this.#distinct.add(String(value).slice(0, 80));
    if (typeof value === 'boolean') {
      this.#booleans++;
      return;
    }
    if (typeof value === 'string') {
      const micros = isoTime(value).micros;
      if (!Number.isNaN(micros)) {
        this.#times++;
        this.#range(micros);
        return;
      }
      if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value)) return;
    }
    this.#numbers++;
    this.#range(Number(value));
  }

  /** How many different values there are, at most {@link MOST_DISTINCT}. */
  get distinct(): number {
    return this.#distinct.size;
  }

  merge(other: FieldSummary): void {
    this.values += other.values;
    this.#numbers += other.#numbers;
    this.#booleans += other.#booleans;
    this.#times += other.#times;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#unit ??= other.#unit;
    for (const value of other.#distinct) if (this.#distinct.size < MOST_DISTINCT) this.#distinct.add(value);
  }

  report(path: string): FieldReport {
    const kind = this.#kind();
    const isRange = (kind === 'number' || kind === 'time') && this.#max >= this.#min;
    const shown = (value: number): number | string => (kind === 'time' ? isoOf(value) : value);
    return {
      path,
      kind,
      values: this.values,
      min: isRange ? shown(this.#min) : null,
      max: isRange ? shown(this.#max) : null,
      unit: this.#unit === undefined || this.#unit === EPOCH_MICROS ? null : this.#unit,
      examples: this.#unit === EPOCH_MICROS ? [] : [...this.#distinct].slice(0, MOST_EXAMPLES),
    };
  }

  #kind(): FieldKind {
    if (this.values === 0) return 'nothing';
    if (this.#unit === EPOCH_MICROS || this.#times === this.values) return 'time';
    if (this.#numbers === this.values) return 'number';
    return this.#booleans === this.values ? 'boolean' : 'text';
  }

  #range(value: number): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }
}

/** A time for people; one that no calendar has as it is. */
function isoOf(micros: number): string {
  return Math.abs(micros) < 8.64e18 ? new Date(Math.floor(micros / 1000)).toISOString() : `${micros} µs`;
}
