import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { IngestReport } from '../../ingest-tool/src/ingest/ingest-report';
import { TELEMETRY_PROTO } from './ocean-telemetry';
import { runTidelake } from './tidelake-process';

/** What a run of the command line left. */
export interface CliResult {
  /** Null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the built tool. */
export function startTool(args: string[]): { child: ChildProcess; ended: Promise<CliResult> } {
  const run = runTidelake(...args);
  return {
    child: run.child,
    ended: run.exited.then((code) => ({ code, stdout: run.stdout(), stderr: run.stderr() })),
  };
}

/** The arguments that ingest OceanTelemetry captures into a lake. */
export function ingestArguments(lake: string, inputs: string[], more: string[] = []): string[] {
  return ['ingest', ...inputs, '--to', lake, '--proto', TELEMETRY_PROTO, '--message', 'OceanTelemetry', ...more];
}

/** Ingests OceanTelemetry captures, and reads the report of `--json`. */
export async function ingestCaptures(
  lake: string,
  inputs: string[],
  more: string[] = [],
): Promise<CliResult & { report: IngestReport }> {
  const result = await startTool(ingestArguments(lake, inputs, ['--json', ...more])).ended;
  if (result.stdout === '') throw new Error(`no report, exit code ${result.code}: ${result.stderr}`);
  const report: IngestReport = JSON.parse(result.stdout);
  return { ...result, report };
}

/** All files below a folder, relative to it, sorted. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The data files of a lake. */
export function dataFilesOf(lake: string): string[] {
  return filesBelow(lake).filter((path) => !path.startsWith('_tidelake/'));
}

/** Each file's name and the digest of its bytes. */
export function treeOf(folder: string, paths = filesBelow(folder)): Record<string, string> {
  return Object.fromEntries(
    paths.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}

/** The rows of a Parquet file, read by another implementation than the one that wrote it. */
export async function readParquetRows(path: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return parquetReadObjects({ file, compressors, utf8: false });
}

/** The rows of all data files of a lake, in the order of their paths. */
export async function readLakeRows(lake: string): Promise<Record<string, unknown>[]> {
  const files = await Promise.all(dataFilesOf(lake).map((path) => readParquetRows(join(lake, path))));
  return files.flat();
}

/** The rows of the lake's quarantine. */
export async function readQuarantine(lake: string): Promise<Record<string, unknown>[]> {
  const folder = join(lake, '_tidelake/quarantine');
  const paths = filesBelow(folder).filter((path) => path.endsWith('.parquet'));
  return (await Promise.all(paths.map((path) => readParquetRows(join(folder, path))))).flat();
}

/** A folder of its own for a test; {@link removeWorkspaces} takes all of them away. */
export function makeWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidelake-test-'));
  workspaces.push(folder);
  return folder;
}

const workspaces: string[] = [];

/** Removes what {@link makeWorkspace} made. */
export function removeWorkspaces(): void {
  for (const folder of workspaces.splice(0)) rmSync(folder, { recursive: true, force: true });
}
