import { compact } from '../../ingest-tool/src/compact/compact-run';
import type { CompactReport } from '../../ingest-tool/src/compact/compact-report';
import { JobPool } from '../../ingest-tool/src/compact/job-pool';
import { LocalReplacer } from '../../ingest-tool/src/compact/local-replacer';
import { openLake } from '../../ingest-tool/src/compact/open-lake';
import { manifestChanges } from '../../ingest-tool/src/manifest/manifest-changes';
import { startTool, type CliResult } from './ingest-cli';

/** Compacts a lake, and reads the report of `--json`. */
export async function compactLake(lake: string, more: string[] = []): Promise<CliResult & { report: CompactReport }> {
  const result = await startTool(['compact', lake, '--json', ...more]).ended;
  if (result.stdout === '') throw new Error(`no report, exit code ${result.code}: ${result.stderr}`);
  const report: CompactReport = JSON.parse(result.stdout);
  return { ...result, report };
}

/** Compacts a lake that has a manifest as the command does, without the half second that a process takes to start. */
export async function compactHere(lake: string): Promise<CompactReport> {
  const { storage, address, root = lake, description } = await openLake(lake);
  const replacer = await LocalReplacer.open(root, manifestChanges(storage), null);
  try {
    return await compact(storage, new JobPool(storage, address), replacer, {
      described: description?.columns ?? [],
      stations: undefined,
      from: -Infinity,
      until: Infinity,
      closedBefore: Date.now() * 1000,
      targetBytes: 1e9,
      minFiles: 2,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  } finally {
    await replacer.close();
  }
}
