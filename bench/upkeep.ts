import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRawLake } from '../test/support/raw-lake';
import { compared, stated, type BenchResult } from './bench-result';

const TOOL = fileURLToPath(new URL('../ingest-tool/bin/tidelake.js', import.meta.url));
const MEMORY_LIMIT_MB = 700;

/**
 * The upkeep of one station's year as an edge collector leaves it: 35,040 files of 15 minutes, a row every 10 seconds, ten
 * columns. Compacted, listed in a manifest and rolled up, each by the tool as it is built, in a process of its own.
 */
export async function measure(args: string[]): Promise<BenchResult[]> {
  const days = Number(args[0] ?? 365);
  const lake = mkdtempSync(join(tmpdir(), 'tidelake-upkeep-'));
  try {
    const files = writeRawLake(lake, {
      stations: ['wb2'],
      firstDay: '2024-01-01',
      days,
      filesPerDay: 96,
      rowsPerFile: 90,
      variables: 5,
    });
    const rows = files * 90;
    const before = sizeOf(lake);
    const compact = await runTool(['compact', lake]);
    const after = sizeOf(lake);
    const again = await runTool(['compact', lake]);
    const manifest = await runTool(['manifest', lake]);
    const rollup = await runTool(['rollup', lake]);
    const rollupAgain = await runTool(['rollup', lake]);
    return [
      compared('files before, after', after.files, 'files', before.files),
      compared('bytes before, after', after.bytes, 'bytes', before.bytes),
      compared('compact', compact.seconds, 's'),
      compared('compact, processor time of all threads', compact.processorSeconds, 's'),
      compared('compact, files', Math.round(files / compact.seconds), 'files/s'),
      compared('compact, rows', Math.round(rows / compact.seconds), 'rows/s'),
      compared('compact, peak memory, of the limit', compact.peakMb, 'MB', MEMORY_LIMIT_MB),
      compared('compact with nothing to do', again.seconds, 's', compact.seconds),
      compared('manifest', manifest.seconds, 's'),
      compared('rollup by hour and day', rollup.seconds, 's'),
      compared('rollup, peak memory, of the limit', rollup.peakMb, 'MB', MEMORY_LIMIT_MB),
      compared('rollup, bytes beside the data', rollup.rollupBytes, 'bytes', after.bytes),
      compared('rollup with nothing to do', rollupAgain.seconds, 's', rollup.seconds),
      stated(
        'processes wanting a core meanwhile (1, 5, 15 min)',
        loadavg()
          .map((load) => load.toFixed(1))
          .join(', '),
      ),
      stated('folders change in one step', String(compact.report['atomic'])),
    ];
  } finally {
    rmSync(lake, { recursive: true, force: true });
  }
}

interface ToolRun {
  seconds: number;
  /** Of all its threads. */
  processorSeconds: number;
  peakMb: number;
  rollupBytes: number;
  report: Record<string, unknown>;
}

async function runTool(args: string[]): Promise<ToolRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [TOOL, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  let peakKb = 0;
  let processorSeconds = 0;
  const watch = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid));
    processorSeconds = Math.max(processorSeconds, processorSecondsOf(child.pid));
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`tidelake ${args.join(' ')} ended with ${code}`);
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  const report: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const reported = Number(report['peakRssBytes'] ?? 0) / 2 ** 20;
  return {
    seconds,
    processorSeconds: Math.round(processorSeconds),
    peakMb: Math.round(Math.max(peakKb / 1024, reported)),
    rollupBytes: Number(report['bytes'] ?? 0),
    report,
  };
}

/** The most memory a process had so far, in kB; 0 where the system does not tell. */
function peakOf(pid: number | undefined): number {
  const path = `/proc/${pid}/status`;
  if (pid === undefined || !existsSync(path)) return 0;
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Seconds that a process' threads ran so far; 0 where the system does not tell. */
function processorSecondsOf(pid: number | undefined): number {
  const path = `/proc/${pid}/stat`;
  if (pid === undefined || !existsSync(path)) return 0;
  try {
    const stat = readFileSync(path, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Data files below a folder, and their bytes. */
function sizeOf(lake: string): { files: number; bytes: number } {
  const entries = readdirSync(join(lake, 'station=wb2'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  return { files: files.length, bytes };
}
