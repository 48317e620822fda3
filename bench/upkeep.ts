import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRawLake } from '../test/support/raw-lake';
import { compared, stated, type BenchResult } from './bench-result';
import { runTool } from './tool-run';

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
      compared('rollup, bytes beside the data', Number(rollup.report['bytes'] ?? 0), 'bytes', after.bytes),
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

/** Data files below a folder, and their bytes. */
function sizeOf(lake: string): { files: number; bytes: number } {
  const entries = readdirSync(join(lake, 'station=wb2'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  return { files: files.length, bytes };
}
