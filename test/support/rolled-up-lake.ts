import type { RollupReport } from '../../ingest-tool/src/rollup/rollup-report';
import { startTool, type CliResult } from './ingest-cli';
import { writeRawLake, type RawLakeShape } from './raw-lake';

/** Rolls a lake up, and reads the report of `--json`. */
export async function rollUpLake(lake: string, more: string[] = []): Promise<CliResult & { report: RollupReport }> {
  const result = await startTool(['rollup', lake, '--json', ...more]).ended;
  if (result.stdout === '') throw new Error(`no report, exit code ${result.code}: ${result.stderr}`);
  const report: RollupReport = JSON.parse(result.stdout);
  return { ...result, report };
}

/** Makes the manifest of a lake, or brings it up to date. */
export async function makeManifest(lake: string): Promise<void> {
  const { code, stderr } = await startTool(['manifest', lake]).ended;
  if (code !== 0) throw new Error(`tidelake manifest ended with ${code}: ${stderr}`);
}

/** Makes a small lake with a manifest and rollups by hour and day in an empty folder. */
export async function makeRolledUpLake(folder: string, shape: RawLakeShape): Promise<RollupReport> {
  writeRawLake(folder, shape);
  await makeManifest(folder);
  return (await rollUpLake(folder)).report;
}
