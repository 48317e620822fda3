import { StorageConflict, type LakeStorage, type StoredObject, type WriteCondition } from '../storage/lake-storage';
import type { S3Storage } from '../storage/s3-storage';
import { EXIT, ToolError } from '../tool-error';
import { isRemovable, partsOf, roleOf, type LakeFront } from './lake-front';
import { runInLanes } from './lanes';
import { mergeListings, sortedListing, UnorderedListing, type MergedObject } from './merged-listing';
import { expectedEtag, FileChanged, hasSameBytes, md5Of, sourceOf } from './object-comparison';
import type { PushJournal } from './push-journal';
import { NAMED_KEYS, type PushReport } from './push-report';

/** What to push where, and how. */
export interface PushOptions {
  lake: LakeStorage;
  far: S3Storage;
  journal: PushJournal;
  /** By what the lake is known again at the far side. */
  identity: string;
  /** Whether it may take the place of another lake. */
  replace: boolean;
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

/** What a push that met another one says. */
export function conflict(far: S3Storage, key: string, cause: Error): ToolError {
  return new ToolError(
    EXIT.unexpected,
    `Somebody else wrote ${far.url}${key} while this push was running, so it stopped before it overwrote that`,
    'Make sure that only one push at a time goes there, then run the same command again.',
    { cause },
  );
}

/** One walk over the lake and the far side, which brings over what differs except index and lake.json. */
export class PushPass {
  readonly #options: PushOptions;
  readonly #report: PushReport;
  readonly #front: LakeFront;
  readonly #parts: ReadonlySet<string>;
  #late: MergedObject[] = [];
  #extra: string[] = [];
  #extraFiles = 0;
  #changed = false;
  #dataFiles = 0;

  constructor(options: PushOptions, report: PushReport, front: LakeFront) {
    this.#options = options;
    this.#report = report;
    this.#front = front;
    this.#parts = partsOf(front, options.lake.url);
  }

  /** @returns whether the lake changed on the way, and what only the far side has: all of it where it is to be removed */
  async run(): Promise<{ changed: boolean; extra: string[]; extraFiles: number }> {
    try {
      await this.#walk((listing) => listing);
    } catch (error) {
      if (!(error instanceof UnorderedListing)) throw error;
      await this.#walk(sortedListing);
    }
    this.#requireWhole();
    await this.#work(this.#late.values());
    return { changed: this.#changed, extra: this.#extra, extraFiles: this.#extraFiles };
  }

  async #walk(order: (listing: AsyncIterable<StoredObject[]>) => AsyncIterable<StoredObject[]>): Promise<void> {
    const { lake, far, signal } = this.#options;
    this.#late = [];
    this.#extra = [];
    this.#extraFiles = 0;
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
        if (object.there === undefined || !isRemovable(object.key)) continue;
        this.#extraFiles++;
        // Their names are needed only to remove them: of a large lake they would fill the memory.
        if (remove || this.#extra.length < NAMED_KEYS) this.#extra.push(object.key);
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
