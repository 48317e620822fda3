import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { instant } from '../instant';
import { describePull } from '../pull/pull-report';
import { pull } from '../pull/pull-run';
import type { PullWindow } from '../pull/pull-window';
import { LocalStorage } from '../storage/local-storage';
import { openStorage, type StorageOptions } from '../storage/open-storage';
import { EXIT } from '../tool-error';
import { paceOf, parseJobs, parseRate, runTransfer, TRANSFER_EXITS } from './transfer';

interface PullCommandOptions {
  to: string;
  stations?: string[];
  from?: number;
  until?: number;
  dryRun: boolean;
  /** False with --no-etag-check. */
  etagCheck: boolean;
  jobs: number;
  bandwidth?: number;
  json: boolean;
}

const HELP = `
Addresses are those of tidelake push, and folders. A bucket that is open to everybody needs no keys.
Whole files are fetched: those that may hold rows of the window. The folder becomes a lake of its own, with a manifest.

${TRANSFER_EXITS}

Example:
  tidelake pull s3://my-bucket/lake --to november --stations mast-01,mast-02 --from 2025-11-01 --until 2025-12-01`;

/** `tidelake pull`: a window of a lake into a folder of this machine. */
export function pullCommand(): Command {
  return new Command('pull')
    .summary('fetch a lake, or a window of it, into a folder')
    .description(
      'Fetches the files of some stations and times of a lake, to work with them offline. Files that are there already stay; stopped or killed, the same command takes up the rest.',
    )
    .argument('<address>', 'lake to fetch from, such as s3://bucket/folder')
    .requiredOption('--to <folder>', 'where to; made if it is not there')
    .option('--stations <ids>', 'only these, with commas between', parseStations)
    .option('--from <time>', 'from this day or time on (UTC)', parseTime)
    .option('--until <time>', 'up to this day or time, which is not included (UTC)', parseTime)
    .option('--dry-run', 'only say what would be fetched', false)
    .option('--no-etag-check', 'for buckets whose ETags are no checksums, such as those encrypted with KMS keys')
    .option('--jobs <n>', 'files fetched at a time', parseJobs, 16)
    .option('--bandwidth <rate>', 'fetch no faster than this, such as 2MB/s', parseRate)
    .option('--json', 'print one object on stdout instead of words on stderr', false)
    .addHelpText('after', HELP)
    .action(run);
}

async function run(address: string, options: PullCommandOptions): Promise<void> {
  await runTransfer(options.json, async (signal, progress) => {
    const notices: string[] = [];
    const storageOptions: StorageOptions = {
      ...paceOf(options.bandwidth),
      onNotice: (notice) => notices.push(notice),
    };
    const open = (place: string) => openStorage(place, storageOptions);
    const root = await realpath(options.to).catch(() => path.resolve(options.to));
    const report = await pull({
      lake: await open(address),
      open,
      folder: new LocalStorage(root),
      window: windowOf(options),
      jobs: options.jobs,
      dryRun: options.dryRun,
      checks: { trustEtags: options.etagCheck },
      signal,
      onPlan: (totalFiles, totalBytes) => Object.assign(progress.state, { totalFiles, totalBytes, files: 0, bytes: 0 }),
      onProgress: (files, bytes, fetchedBytes) => progress.add(files, bytes, fetchedBytes),
    });
    report.notices.push(...notices);
    if (report.damaged.length > 0) {
      report.notices.push('Push those again from where they are whole; if all are named, see --no-etag-check.');
      return { report, text: describePull(report), exitCode: EXIT.input };
    }
    return { report, text: describePull(report) };
  });
}

function windowOf({ stations, from, until }: PullCommandOptions): PullWindow {
  return {
    ...(stations === undefined ? {} : { stations: new Set(stations) }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function parseStations(text: string): string[] {
  const stations = text
    .split(',')
    .map((station) => station.trim())
    .filter((station) => station !== '');
  if (stations.length === 0) throw new InvalidArgumentError('Name at least one station.');
  return stations;
}

function parseTime(text: string): number {
  const parsed = instant.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('Write it like 2025-11-24 or 2025-11-24T12:00:00Z.');
  return parsed.data / 1000;
}
