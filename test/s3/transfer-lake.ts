import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DEFAULT_PARTITIONING,
  DESCRIPTION_PATH,
  formatLakeDescription,
  formatManifestIndex,
  MANIFEST_INDEX_PATH,
} from '@tidelake/lake-format';
import { makeWorkspace, type CliResult } from '../support/ingest-cli';
import { runNode, type ProgramRun } from '../support/tidelake-process';
import type { RealS3 } from './real-s3';

const TOOL = fileURLToPath(new URL('../../ingest-tool/bin/tidelake.js', import.meta.url));

/** Data files with names that stores and shells like to get wrong. */
export const AWKWARD_FILES = [
  'station=A%20b%2Bc/year=2025/month=11/day=24/part-0000.parquet',
  'station=Ærø – 北/year=2025/month=11/day=24/a=b+c&d.parquet',
  'station=mast-01/year=2025/month=11/day=24/part-0000.parquet',
  'station=mast-01/year=2025/month=11/day=25/part 0000.parquet',
];

/** Bytes that look random, and are the same for the same seed. */
export function madeUpBytes(length: number, seed: string): Buffer {
  const block = createHash('sha512').update(seed).digest();
  const bytes = Buffer.alloc(length, block);
  for (let start = 0; start < length; start += 1 << 20)
    bytes.writeUInt32LE(start, Math.min(start, Math.max(0, length - 4)));
  return bytes;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Record<string, Uint8Array | string>): void {
  for (const [key, bytes] of Object.entries(files)) {
    const file = path.join(folder, key);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

/** The index of a manifest that names these parts. */
export function indexOf(parts: string[]): string {
  return formatManifestIndex({
    format: 'tidelake-manifest',
    version: 1,
    parts: parts.map((part) => ({
      path: part,
      bytes: 9,
      month: '2025-11',
      files: 1,
      rows: 1,
      dataBytes: 9,
      time: null,
      keys: {},
    })),
    rollups: [],
  });
}

/** A `lake.json` that says so many files. */
export function descriptionOf(files: number): string {
  return formatLakeDescription({
    format: 'tidelake',
    version: 1,
    partitioning: DEFAULT_PARTITIONING,
    manifest: true,
    columns: [{ name: 'time', type: 'timestamp', role: 'time' }],
    stations: [],
    totals: { files, bytes: 0 },
  });
}

/** A lake for transfers, where only names and bytes matter: awkward names, a large file, a manifest, what must stay. */
export function makeTransferLake(largeBytes = 0): string {
  const lake = path.join(makeWorkspace(), 'lake');
  const part = '_tidelake/manifest/month=2025-11/part-0a.parquet';
  writeFiles(lake, {
    ...Object.fromEntries(AWKWARD_FILES.map((key) => [key, `bytes of ${key}`])),
    ...(largeBytes > 0 ? { 'station=mast-01/year=2024/large.parquet': madeUpBytes(largeBytes, 'large') } : {}),
    'station=empty/year=2025/month=11/day=24/part-0000.parquet': '',
    [part]: 'part 0a',
    '_tidelake/manifest/month=2025-10/part-old.parquet': 'named by no index',
    '_tidelake/quarantine/source.parquet': 'not accepted',
    '_tidelake/lock': '{}',
    '_tidelake/tmp/1/half': 'half',
    '_tidelake/spool/here-1/messages-1.log': 'not ingested yet',
    '_tidelake/swap/journal.json': '{}',
    [`_tidelake/swap/new/${AWKWARD_FILES[2]}`]: 'prepared',
    [`_tidelake/originals/${AWKWARD_FILES[2]}`]: 'kept at home',
    [MANIFEST_INDEX_PATH]: indexOf([part]),
    [DESCRIPTION_PATH]: descriptionOf(AWKWARD_FILES.length + 1),
  });
  return lake;
}

/** Keys of a transfer lake that readers need. */
export function isPublished(key: string): boolean {
  return !/part-old|quarantine|_tidelake\/(?:lock|tmp|spool|swap|originals|\.)/.test(key);
}

/** The keys of a store, and nothing of this machine's own configuration, as environment of the tool. */
export function transferEnvironment({ credentials, region }: Pick<RealS3, 'credentials' | 'region'>) {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PROFILE: '',
  };
}

/** Starts the built tool with {@link transferEnvironment}. */
export function startTransfer(
  s3: Pick<RealS3, 'credentials' | 'region'>,
  args: string[],
  env: Record<string, string> = {},
): ProgramRun {
  return runNode([TOOL, ...args], { env: { ...transferEnvironment(s3), ...env } });
}

/** Runs the built tool to its end. */
export async function transfer(...args: Parameters<typeof startTransfer>): Promise<CliResult> {
  const run = startTransfer(...args);
  return { code: await run.exited, stdout: run.stdout(), stderr: run.stderr() };
}

/** Turns a byte over in place, as a failing disk would. */
export function tamper(file: string): void {
  const bytes = readFileSync(file);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.from([(bytes.at(-1) ?? 0) ^ 1]), 0, 1, bytes.byteLength - 1);
  closeSync(handle);
}
