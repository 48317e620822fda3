import type { CompactReport } from '../../ingest-tool/src/compact/compact-report';
import { startTool, type CliResult } from './ingest-cli';

/** Compacts a lake, and reads the report of `--json`. */
export async function compactLake(lake: string, more: string[] = []): Promise<CliResult & { report: CompactReport }> {
  const result = await startTool(['compact', lake, '--json', ...more]).ended;
  if (result.stdout === '') throw new Error(`no report, exit code ${result.code}: ${result.stderr}`);
  const report: CompactReport = JSON.parse(result.stdout);
  return { ...result, report };
}
