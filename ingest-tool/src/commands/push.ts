import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { identityOf } from '../push/lake-identity';
import { PushJournal } from '../push/push-journal';
import { describePush } from '../push/push-report';
import type { PushOptions } from '../push/push-pass';
import { push } from '../push/push-run';
import type { LakeStorage } from '../storage/lake-storage';
import { LocalStorage } from '../storage/local-storage';
import { openBucket } from '../storage/open-storage';
import { parseStorageAddress } from '../storage/storage-address';
import { findLakeProblem } from '../serve/lake-check';
import { EXIT, ToolError } from '../tool-error';
import { paceOf, parseJobs, parseRate, runTransfer, TRANSFER_EXITS } from './transfer';

interface PushCommandOptions {
  delete: boolean;
  replace: boolean;
  dryRun: boolean;
  verify: boolean;
  withQuarantine: boolean;
  jobs: number;
  bandwidth?: number;
  json: boolean;
}

const HELP = `
Addresses:
  s3://bucket/folder                           AWS, or the store of AWS_ENDPOINT_URL
  s3://bucket/folder?endpoint=https://…        MinIO, R2, Source.coop, any S3-compatible store; &region=… where it has one
  https://storage.googleapis.com/bucket/folder Google Cloud Storage with interoperability keys
Keys come from the environment, an AWS profile, SSO, a role or the machine, as for the AWS command line.

${TRANSFER_EXITS}

Example:
  tidelake push lake s3://my-bucket/lake --dry-run`;

/** `tidelake push`: a lake of this machine into a bucket. */
export function pushCommand(): Command {
  return new Command('push')
    .summary('copy a lake into a bucket')
    .description(
      'Sends what is new or changed to a folder of a bucket: data first, then manifest and lake.json, so that readers never miss a file. Stopped or killed, the same command takes up the rest.',
    )
    .argument('<lake>', 'folder of the lake')
    .argument('<address>', 'where to, such as s3://bucket/folder')
    .option('--delete', 'remove there what the lake does not have, once nothing names it any more', false)
    .option('--replace', 'take the place of another lake that is there', false)
    .option('--dry-run', 'only say what would be sent and removed', false)
    .option('--verify', 'read back what is there already, and compare every byte', false)
    .option('--with-quarantine', 'send the quarantine too', false)
    .option('--jobs <n>', 'files sent at a time', parseJobs, 8)
    .option('--bandwidth <rate>', 'send no faster than this, such as 2MB/s', parseRate)
    .option('--json', 'print one object on stdout instead of words on stderr', false)
    .addHelpText('after', HELP)
    .action(run);
}

async function run(folder: string, address: string, options: PushCommandOptions): Promise<void> {
  await runTransfer(options.json, async (signal, progress) => {
    const place = parseStorageAddress(address);
    if (place.kind !== 'bucket') {
      throw new ToolError(EXIT.usage, `${address} is not the address of a bucket`, 'Write it like s3://bucket/folder.');
    }
    const root = await realpath(folder).catch(() => path.resolve(folder));
    await findLakeProblem(root);
    const notices: string[] = [];
    const far = await openBucket(place, {
      ...paceOf(options.bandwidth),
      onNotice: (notice) => notices.push(notice),
    });
    const lake = new LocalStorage(root);
    const work: PushOptions = {
      lake,
      far,
      journal: await PushJournal.open(root, far.bucket.client.urlOf(place.prefix)),
      identity: await identityOf(root),
      replace: options.replace,
      jobs: options.jobs,
      remove: options.delete,
      dryRun: options.dryRun,
      verify: options.verify,
      quarantine: options.withQuarantine,
      signal,
      onProgress: (files, bytes, sentBytes) => progress.add(files, bytes, sentBytes),
    };
    const counting = new AbortController();
    void countLake(lake, AbortSignal.any([signal, counting.signal])).then((totals) =>
      Object.assign(progress.state, totals),
    );
    try {
      const report = await push(work);
      report.notices.push(...notices);
      const isDamaged = report.dryRun && report.damaged.length > 0;
      return { report, text: describePush(report), ...(isDamaged && { exitCode: EXIT.unexpected }) };
    } finally {
      counting.abort();
    }
  });
}

/** What there is in a lake, for the progress alone: nothing where it cannot be counted. */
async function countLake(
  lake: LakeStorage,
  signal: AbortSignal,
): Promise<{ totalFiles?: number; totalBytes?: number }> {
  const totals = { totalFiles: 0, totalBytes: 0 };
  try {
    for await (const page of lake.list('', signal)) {
      totals.totalFiles += page.length;
      for (const { size } of page) totals.totalBytes += size;
    }
    return totals;
  } catch {
    return {};
  }
}
