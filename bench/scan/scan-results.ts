import { compared, stated, type BenchResult } from '../bench-result';
import type { Receipt } from '../../src/lake/receipt';

/** What one reader did with one case on one network. */
export interface Measurement {
  /** Median, milliseconds. */
  ms: number;
  requests: number;
  /** Bytes of bodies. */
  bytes: number;
  /** HEAD requests and CORS preflights, of which a good reader needs none. */
  wasted: number;
  /** The reader's own account, where it gives one. */
  receipt?: Receipt;
}

/** A measurement, or why there is none. */
export type Measured = { ok: true; value: Measurement } | { ok: false; reason: string };

/** The readers of one case on one network. Plain is missing where it was left out. */
export interface CaseMeasurements {
  label: string;
  tidelake: Measured;
  hyparquet: Measured;
  /** The same files fetched, and nothing done with them. */
  fetched: Measured;
  plain?: Measured;
  /** How many times faster than plain the project promises to be. */
  promisedSpeedUp?: number;
  /** What the network alone must cost, in milliseconds. */
  limitMs?: number;
}

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The lines of the report for one case. Times, requests and bytes stand beside those of plain DuckDB-WASM. */
export function resultsOf(measurements: CaseMeasurements): BenchResult[] {
  const { label, tidelake, hyparquet, fetched, plain, promisedSpeedUp, limitMs } = measurements;
  const baseline = plain?.ok === true ? plain.value : undefined;
  const time = (reader: string, measured: Measured, against?: Measurement): BenchResult =>
    measured.ok
      ? compared(
          `${label} · ${reader}`,
          round(measured.value.ms),
          'ms',
          against === undefined ? null : round(against.ms),
        )
      : stated(`${label} · ${reader}`, `failed: ${measured.reason}`);
  return [
    ...(plain === undefined ? [] : [time('plain DuckDB-WASM 1.28', plain)]),
    time('fetch() of the whole files alone', fetched, baseline),
    time('hyparquet', hyparquet, baseline),
    time('tidelake', tidelake, baseline),
    ...(tidelake.ok ? costResults(`${label} · tidelake`, tidelake.value, baseline) : []),
    ...(tidelake.ok && baseline !== undefined && promisedSpeedUp !== undefined
      ? [compared(`${label} · speed-up over plain`, round(baseline.ms / tidelake.value.ms), '×', promisedSpeedUp)]
      : []),
    ...(tidelake.ok && limitMs !== undefined
      ? [compared(`${label} · tidelake against the network’s limit`, round(tidelake.value.ms), 'ms', limitMs)]
      : []),
  ];
}

function costResults(label: string, cost: Measurement, baseline: Measurement | undefined): BenchResult[] {
  const { requests, wasted, bytes } = cost;
  return [
    compared(`${label}, requests`, requests, 'requests', baseline?.requests ?? null),
    compared(`${label}, HEAD and preflights`, wasted, 'requests', baseline?.wasted ?? null),
    compared(`${label}, bytes`, bytes, 'bytes', baseline?.bytes ?? null),
  ];
}

/** The reader's own account of where the time of its last run went, for whoever watches. */
export function phasesText({ receipt }: Measurement): string {
  return Object.entries(receipt?.phases ?? {})
    .map(([phase, ms]) => `${phase} ${Math.round(ms)} ms`)
    .join(', ');
}

function round(ms: number): number {
  return Number(ms.toPrecision(4));
}
