import { grouped, size } from '../ingest/ingest-report';

/** What a rollup did, as `--json` prints it. docs/rollup.md defines each number. */
export interface RollupReport {
  /** Parts that the index lists now, their rows and bytes. */
  parts: number;
  rows: number;
  bytes: number;
  /** Of those, parts that were made by this run. */
  partsWritten: number;
  /** Data files read; one that is read for two tiers counts twice. */
  filesRead: number;
  /** Stations that a period has no rollup of, and why. */
  left: { station: string; period: string; path: string; reason: string }[];
  elapsedSeconds: number;
  peakRssBytes: number;
}

/** The report in words. */
export function describeRollup(report: RollupReport): string {
  const { parts, rows, bytes, partsWritten, filesRead, elapsedSeconds, left } = report;
  const lines = [
    partsWritten === 0
      ? 'Rollups were up to date'
      : `Made ${grouped(partsWritten)} parts from ${grouped(filesRead)} files in ${elapsedSeconds.toFixed(1)} s`,
    `Rollups  ${grouped(parts)} parts, ${grouped(rows)} rows, ${size(bytes)}`,
    ...left.map(({ station, period, path, reason }) => `Left     ${station} in ${period}: ${path}: ${reason}`),
  ];
  return lines.join('\n');
}
