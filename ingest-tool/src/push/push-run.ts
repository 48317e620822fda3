import { DESCRIPTION_PATH, MANIFEST_INDEX_PATH } from '@tidelake/lake-format';
import { StorageConflict } from '../storage/lake-storage';
import type { S3Storage } from '../storage/s3-storage';
import { EXIT, ToolError } from '../tool-error';
import { isSameFront, readFront, type FrontFile, type LakeFront } from './lake-front';
import { claimPlace } from './lake-identity';
import { conflict, PushPass, type PushOptions } from './push-pass';
import { emptyReport, NAMED_KEYS, type PushReport } from './push-report';

/** How often a lake that changes meanwhile is gone through. */
const MOST_PASSES = 3;

/**
 * Makes a folder of a bucket the same lake: data first, then what the manifest's index names, then the index, then
 * `lake.json`, so that whoever reads meanwhile is told only of what is there. Nothing is removed before that.
 * @throws ToolError where somebody else published there meanwhile, or the lake does not keep still
 */
export async function push(options: PushOptions): Promise<PushReport> {
  const { lake, far, journal, signal, dryRun } = options;
  const started = performance.now();
  const report = emptyReport(lake.url, far.url, dryRun);
  const before = await readFront(far, signal);
  const own = { identity: options.identity, front: await readFront(lake, signal), url: lake.url };
  await claimPlace(far, own, before, options);
  if (!dryRun) {
    await adoptUploads(options);
    await journal.begin();
  }
  for (let pass = 1; ; pass++) {
    const front = await readFront(lake, signal);
    const outcome = await new PushPass(options, report, front).run();
    const isStill = !outcome.changed && areSame(front, await readFront(lake, signal));
    if (isStill) {
      await publish(options, report, front, before);
      const left = superseded(front, before);
      await removeExtra(options, report, [...outcome.extra, ...left], outcome.extraFiles + left.length);
      break;
    }
    if (pass === MOST_PASSES)
      throw new ToolError(
        EXIT.unexpected,
        `${lake.url} kept changing while it was pushed, so it was not published`,
        'Run the same command when nothing else is writing: it continues where it stands.',
      );
  }
  if (!dryRun) {
    await dropUploads(options);
    await journal.finish();
  }
  report.elapsedSeconds = (performance.now() - started) / 1000;
  return report;
}

/** Puts index and description in place, each only where it is still the one that was read before. */
async function publish(options: PushOptions, report: PushReport, front: LakeFront, before: LakeFront): Promise<void> {
  const { far, signal, dryRun } = options;
  const files = [
    { key: MANIFEST_INDEX_PATH, own: front.index, other: before.index },
    { key: DESCRIPTION_PATH, own: front.description, other: before.description },
  ];
  for (const { key, own, other } of files) {
    if (own === undefined || isSameFront(own, other)) continue;
    if (!dryRun && !(await replace(far, key, own, other, signal))) continue;
    report.sentFiles++;
    report.sentBytes += own.bytes.byteLength;
    report.sent.push(key);
  }
  report.published = !dryRun;
  if (front.description === undefined)
    report.notices.push('The lake has no lake.json; pages survey such lakes before they show them.');
}

/** @returns false where another push of the same lake was faster */
async function replace(
  far: S3Storage,
  key: string,
  own: FrontFile,
  other: FrontFile | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await far.write(key, own.bytes, signal, other === undefined ? { absent: true } : { etag: other.etag });
    return true;
  } catch (error) {
    if (!(error instanceof StorageConflict)) throw error;
    if (isSameFront(own, await far.read(key, signal))) return false;
    throw conflict(far, key, error);
  }
}

async function removeExtra(
  options: PushOptions,
  report: PushReport,
  extra: string[],
  extraFiles: number,
): Promise<void> {
  const { far, signal, remove, dryRun } = options;
  if (!remove) {
    report.extraFiles = extraFiles;
    report.extra = extra.slice(0, NAMED_KEYS);
    return;
  }
  if (!dryRun) await far.remove(extra, signal);
  report.removedFiles = extra.length;
  report.removed = extra.slice(0, NAMED_KEYS);
}

/** Learns of uploads that an earlier push began and was killed before it could note. */
async function adoptUploads({ far, journal, signal }: PushOptions): Promise<void> {
  if (!journal.wasCutOff) return;
  for (const { key, uploadId } of await far.bucket.listUploads(signal)) {
    const known = journal.uploads.get(key);
    if (known === undefined) await journal.beginUpload(key, uploadId);
    else if (known !== uploadId) await far.bucket.abortUpload(key, uploadId, signal);
  }
}

/** Cleans up uploads whose files are no longer to be sent, or were sent otherwise. */
async function dropUploads({ far, journal, signal }: PushOptions): Promise<void> {
  for (const [key, uploadId] of [...journal.uploads]) {
    await far.bucket.abortUpload(key, uploadId, signal);
    await journal.endUpload(key);
  }
}

/** What tells readers of a lake as it is not any more. */
function superseded(front: LakeFront, before: LakeFront): string[] {
  return [
    ...(front.index === undefined && before.index !== undefined ? [MANIFEST_INDEX_PATH] : []),
    ...(front.description === undefined && before.description !== undefined ? [DESCRIPTION_PATH] : []),
  ];
}

function areSame(a: LakeFront, b: LakeFront): boolean {
  return isSameFront(a.index, b.index) && isSameFront(a.description, b.description);
}
