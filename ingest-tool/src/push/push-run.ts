import { DESCRIPTION_PATH, MANIFEST_INDEX_PATH } from '@tidelake/lake-format';
import { StorageConflict, type LakeStorage, type StoredObject, type WriteCondition } from '../storage/lake-storage';
import type { S3Storage } from '../storage/s3-storage';
import { EXIT, ToolError } from '../tool-error';
import { isRemovable, isSameFront, partsOf, readFront, roleOf, type LakeFront } from './lake-front';
import { runInLanes } from './lanes';
import { mergeListings, sortedListing, UnorderedListing, type MergedObject } from './merged-listing';
import { expectedEtag, FileChanged, hasSameBytes, md5Of, sourceOf } from './object-comparison';
import type { PushJournal } from './push-journal';
import { emptyReport, NAMED_KEYS, type PushReport } from './push-report';

export interface PushOptions {
  lake: LakeStorage;
  far: S3Storage;
  journal: PushJournal;
  /** Files that are compared or sent at a time. */
  jobs: number;
  /** Remove what only the far side has. */
  remove: boolean;
  dryRun: boolean;
  /** Read back what the far side says it has already. */
  verify: boolean;
  quarantine: boolean;
  signal: AbortSignal;
  /** Called with the bytes that are dealt with, and how many of them were sent. */
  onProgress: (files: number, bytes: number, sentBytes: number) => void;
}

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
  if (!dryRun) {
    await adoptUploads(options);
    await journal.begin();
  }
  for (let pass = 1; ; pass++) {
    const front = await readFront(lake, signal);
    const outcome = await new PushPass(options, report, front).run();
    const isStill = !outcome.changed && areSame(front, await readFront(lake, signal));
    if (isStill) {
      if (!dryRun) await publish(options, report, front, before);
      await removeExtra(options, report, [...outcome.extra, ...superseded(front, before)]);
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

/** One walk over the lake and the far side. */
class PushPass {
  readonly #options: PushOptions;
  readonly #report: PushReport;
  readonly #front: LakeFront;
  readonly #parts: ReadonlySet<string>;
  #late: MergedObject[] = [];
  #extra: string[] = [];
  #changed = false;
  #dataFiles = 0;

  constructor(options: PushOptions, report: PushReport, front: LakeFront) {
    this.#options = options;
    this.#report = report;
    this.#front = front;
    this.#parts = partsOf(front, options.lake.url);
  }

  /** @returns whether the lake changed on the way, and what only the far side has */
  async run(): Promise<{ changed: boolean; extra: string[] }> {
    try {
      await this.#walk((listing) => listing);
    } catch (error) {
      if (!(error instanceof UnorderedListing)) throw error;
      await this.#walk(sortedListing);
    }
    this.#requireWhole();
    await this.#work(this.#late.values());
    return { changed: this.#changed, extra: this.#extra };
  }

  async #walk(order: (listing: AsyncIterable<StoredObject[]>) => AsyncIterable<StoredObject[]>): Promise<void> {
    const { lake, far, signal } = this.#options;
    this.#late = [];
    this.#extra = [];
    this.#dataFiles = 0;
    Object.assign(this.#report, { unchangedFiles: 0, unchangedBytes: 0, verifiedFiles: 0 });
    await this.#work(this.#dataOf(mergeListings(lake.list('', signal), order(far.list('', signal)))));
  }

  /** Gives what is to be dealt with first, and puts the rest aside. */
  async *#dataOf(merged: AsyncGenerator<MergedObject>): AsyncGenerator<MergedObject> {
    const { quarantine, remove } = this.#options;
    for await (const object of merged) {
      const role = roleOf(object.key);
      const isWanted =
        role === 'data' || (role === 'part' && this.#parts.has(object.key)) || (role === 'quarantine' && quarantine);
      if (object.here === undefined || !isWanted) {
        if (
          object.there !== undefined &&
          isRemovable(object.key) &&
          (role !== 'part' || !this.#parts.has(object.key))
        ) {
          // Their names are needed only to remove them: of a large lake they would fill the memory.
          if (remove || this.#extra.length < NAMED_KEYS) this.#extra.push(object.key);
          this.#report.extraFiles = this.#extra.length;
        }
      } else if (role === 'part') this.#late.push(object);
      else {
        this.#dataFiles++;
        yield object;
      }
    }
  }

  /** Makes sure that the lake has what it says it has. */
  #requireWhole(): void {
    const { lake } = this.#options;
    const there = new Set(this.#late.map(({ key }) => key));
    const missing = [...this.#parts].find((part) => !there.has(part));
    if (missing !== undefined) {
      throw new ToolError(
        EXIT.input,
        `The manifest of ${lake.url} names ${missing}, which is not there`,
        'Build it anew with: tidelake manifest',
      );
    }
    if (this.#dataFiles > 0 || this.#front.description !== undefined) return;
    throw new ToolError(
      EXIT.usage,
      `${lake.url} holds no lake: it has no file and no lake.json`,
      'Name the folder of a lake.',
    );
  }

  async #work(objects: AsyncIterator<MergedObject> | Iterator<MergedObject>): Promise<void> {
    const { jobs, signal } = this.#options;
    await runInLanes(objects, jobs, signal, async (object, stop) => {
      try {
        await this.#bringOver(object, stop);
      } catch (error) {
        if (!(error instanceof FileChanged)) throw error;
        this.#changed = true;
      }
    });
  }

  async #bringOver({ key, here, there }: MergedObject, signal: AbortSignal): Promise<void> {
    if (here === undefined) return;
    const { dryRun, onProgress } = this.#options;
    if (there !== undefined && (await this.#isSame(here, there, signal))) {
      this.#report.unchangedFiles++;
      this.#report.unchangedBytes += here.size;
      onProgress(1, here.size, 0);
      return;
    }
    this.#report.sentFiles++;
    if (this.#report.sent.length < NAMED_KEYS) this.#report.sent.push(key);
    if (dryRun) {
      this.#report.sentBytes += here.size;
      onProgress(1, here.size, 0);
    } else await this.#send(here, there, signal);
  }

  async #isSame(here: StoredObject, there: StoredObject, signal: AbortSignal): Promise<boolean> {
    if (here.size !== there.size) return false;
    const { lake, far, journal, verify } = this.#options;
    const source = sourceOf(lake, here, signal);
    const known = journal.knownMd5(here.key, there.etag);
    const isSaid =
      known === undefined ? (await expectedEtag(source, there.etag)) === there.etag : (await md5Of(source)) === known;
    if (!isSaid || !verify) return isSaid;
    this.#report.verifiedFiles++;
    if (await hasSameBytes(source, far, here.key, signal)) return true;
    this.#report.damaged.push(here.key);
    return false;
  }

  async #send(here: StoredObject, there: StoredObject | undefined, signal: AbortSignal): Promise<void> {
    const { lake, far, journal, onProgress } = this.#options;
    const source = sourceOf(lake, here, signal);
    const condition: WriteCondition = there === undefined ? { absent: true } : { etag: there.etag };
    const progress = {
      uploadId: journal.uploads.get(here.key),
      onBegin: (uploadId: string) => journal.beginUpload(here.key, uploadId),
      onPart: (bytes: number, isSent: boolean) => {
        if (isSent) this.#report.sentBytes += bytes;
        else this.#report.resumedBytes += bytes;
        onProgress(0, bytes, isSent ? bytes : 0);
      },
    };
    try {
      const written = await far.upload(here.key, source, signal, far.knowsConditions ? condition : undefined, progress);
      if (written.etag !== written.expected) await journal.noteEtag(here.key, await md5Of(source), written.etag);
    } catch (error) {
      if (!(error instanceof StorageConflict)) throw error;
      const present = (await far.bucket.head(here.key, signal))?.etag ?? '';
      // Another push of the same lake may have brought the same bytes.
      if (present === '' || (await expectedEtag(source, present)) !== present) throw conflict(far, here.key, error);
    }
    await journal.endUpload(here.key);
    onProgress(1, 0, 0);
  }
}

/** Puts index and description in place, each only where it is still the one that was read before. */
async function publish(options: PushOptions, report: PushReport, front: LakeFront, before: LakeFront): Promise<void> {
  const { far, signal } = options;
  const files = [
    { key: MANIFEST_INDEX_PATH, own: front.index, other: before.index },
    { key: DESCRIPTION_PATH, own: front.description, other: before.description },
  ];
  for (const { key, own, other } of files) {
    if (own === undefined || isSameFront(own, other)) continue;
    try {
      await far.write(key, own.bytes, signal, other === undefined ? { absent: true } : { etag: other.etag });
    } catch (error) {
      throw error instanceof StorageConflict ? conflict(far, key, error) : error;
    }
    report.sentFiles++;
    report.sentBytes += own.bytes.byteLength;
    report.sent.push(key);
  }
  report.published = true;
  if (front.description === undefined)
    report.notices.push('The lake has no lake.json; pages survey such lakes before they show them.');
}

async function removeExtra(options: PushOptions, report: PushReport, extra: string[]): Promise<void> {
  const { far, signal, remove, dryRun } = options;
  if (!remove) {
    report.extraFiles = extra.length;
    report.extra = extra.slice(0, NAMED_KEYS);
    return;
  }
  if (!dryRun) await far.remove(extra, signal);
  report.extraFiles = 0;
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

function conflict(far: S3Storage, key: string, cause: Error): ToolError {
  return new ToolError(
    EXIT.unexpected,
    `Somebody else wrote ${far.url}${key} while this push was running, so it stopped before it overwrote that`,
    'Make sure that only one push at a time goes there, then run the same command again.',
    { cause },
  );
}
