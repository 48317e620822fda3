/**
 * How fast six years of one mast leave the lake: 25 million readings, 80 columns at ten minutes, in each form and format,
 * by the built command-line tool. Beside it, native DuckDB copies the same files to CSV.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ExportReport } from '../ingest-tool/src/export/export-run';
import { compared, type BenchResult } from './bench-result';
import { writeMastLake } from './export/mast-lake';

const run = promisify(execFile);
const TOOL = fileURLToPath(new URL('../ingest-tool/bin/tidelake.js', import.meta.url));
const SIX_YEARS = { days: 2192, signals: 80, rowsPerDay: 144 };

/** Measures with the tool as it is built; run `npm run build:cli` before. */
export async function measure(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tidelake-bench-export-'));
  try {
    const lake = join(folder, 'lake');
    const readings = await writeMastLake(lake, SIX_YEARS);
    const results = [compared('readings', readings, '')];
    const duckdb = await copySeconds(lake, join(folder, 'duckdb.csv'));
    results.push(compared('DuckDB, COPY to CSV', duckdb, 's'));
    for (const [form, format] of [
      ['wide', 'csv'],
      ['tidy', 'csv'],
      ['wide', 'parquet'],
      ['tidy', 'parquet'],
      ['wide', 'zip'],
    ] as const) {
      const path = join(folder, `${form}.${format}`);
      const { stdout } = await run(process.execPath, [TOOL, 'export', lake, '--to', path, '--form', form, '--json']);
      const report: ExportReport = JSON.parse(stdout);
      const isComparable = form === 'wide' && format === 'csv';
      results.push(
        compared(`${form} ${format}`, report.elapsedSeconds, 's', isComparable ? duckdb : null),
        compared(`${form} ${format}, rate`, Math.round(readings / report.elapsedSeconds), 'readings/s'),
        compared(`${form} ${format}, peak memory`, Math.round(report.peakRssBytes / 2 ** 20), 'MB'),
        compared(`${form} ${format}, size`, Math.round((await stat(path)).size / 1e6), 'MB'),
      );
      await rm(path);
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copySeconds(lake: string, path: string): Promise<number> {
  const connection = await (await DuckDBInstance.create()).connect();
  const started = performance.now();
  await connection.run(
    `COPY (SELECT * FROM read_parquet('${lake}/station=*/**/*.parquet', hive_partitioning = true)) TO '${path}'`,
  );
  connection.closeSync();
  await rm(path);
  return Number(((performance.now() - started) / 1000).toFixed(3));
}
