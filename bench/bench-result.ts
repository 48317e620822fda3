import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** One measured number beside what it is compared with. `ratio` is value / baseline; both null where nothing compares. */
export interface BenchResult {
  metric: string;
  value: number | string;
  unit: string;
  baseline: number | null;
  ratio: number | null;
}

/** What `bench/results/<name>.json` holds. */
export interface BenchReport {
  name: string;
  machine: { cpu: string; cores: number; memory: string; node: string };
  /** In the order they were made. */
  runs: BenchRun[];
}

/** What was measured at one go. */
export interface BenchRun {
  /** ISO 8601 UTC. */
  date: string;
  /** The commit that was checked out, where git knows it. */
  commit: string | null;
  results: BenchResult[];
}

/** A measured number beside the number it should be judged by. */
export function compared(metric: string, value: number, unit: string, baseline: number | null = null): BenchResult {
  return { metric, value, unit, baseline, ratio: baseline === null ? null : Number((value / baseline).toFixed(3)) };
}

/** A finding that is no number, such as whether a file has a page index. */
export function stated(metric: string, value: string): BenchResult {
  return { metric, value, unit: '', baseline: null, ratio: null };
}

/** Wraps results with the machine they were measured on. */
export function reportOf(name: string, results: BenchResult[]): BenchReport {
  return {
    name,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
      node: process.version,
    },
    runs: [{ date: new Date().toISOString(), commit: currentCommit(), results }],
  };
}

/**
 * A report with what was measured now, and of an earlier one from the same machine the runs that measured something
 * else: a long benchmark may be run in pieces, each with its baselines. Of a metric that was measured again only the new
 * value is kept.
 */
export function mergeReports(earlier: BenchReport | undefined, now: BenchReport): BenchReport {
  if (earlier === undefined || JSON.stringify(earlier.machine) !== JSON.stringify(now.machine)) return now;
  const measured = new Set(now.runs.flatMap(({ results }) => results.map(({ metric }) => metric)));
  const kept = earlier.runs
    .map((run) => ({ ...run, results: run.results.filter(({ metric }) => !measured.has(metric)) }))
    .filter(({ results }) => results.length > 0);
  return { ...now, runs: [...kept, ...now.runs] };
}

function currentCommit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

/** The results as an aligned text table. */
export function tableOf(results: BenchResult[]): string {
  const header = ['metric', 'value', 'unit', 'baseline', 'ratio'];
  const rows = results.map(({ metric, value, unit, baseline, ratio }) => [
    metric,
    typeof value === 'number' ? grouped(value) : value,
    unit,
    baseline === null ? '' : grouped(baseline),
    ratio === null ? '' : ratio.toFixed(2),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
