import type { ColumnDescription } from '@tidelake/lake-format';
import type { StoredObject, LakeStorage } from '../storage/lake-storage';
import {
  folderOf,
  planSeries,
  type FileFacts,
  type FolderGroup,
  type FolderPlan,
  type PlanRules,
} from './compact-plan';
import { emptyCompactReport, type CompactReport } from './compact-report';
import type { FolderReplacer, MadeFile } from './folder-replacer';
import type { JobPool } from './job-pool';
import { listFolders, listSeries, type Series } from './lake-series';
import type { PreparedFolder } from './prepared-folders';
import { OverlaidLake } from './overlaid-lake';
import type { OverlayOutcome } from '../overlay/apply-overlay';
import type { Overlay } from '../overlay/overlay';
import { peakMemory } from '../peak-memory';
import type { TimeFolder } from './time-folder';

/** Files that a thread looks at in one go. */
const SURVEY_FILES = 64;

/** Folders that are replaced in one go: a journal and a change of the manifest for all of them. */
const FOLDERS_TOGETHER = 64;

/** From so many files on, threads are worth starting. */
const FILES_FOR_THREADS = 400;

export interface CompactSettings {
  /** Columns of the lake; none where it does not describe itself. */
  described: readonly ColumnDescription[];
  /** Ids of the stations wanted; all of them where undefined. */
  stations: readonly string[] | undefined;
  /** Folders wanted, relative to the lake's root; all of them where undefined. */
  folders?: readonly string[];
  /** UTC microseconds: folders that end by `until` and start from `from` on. Infinite where open. */
  from: number;
  until: number;
  /** Folders whose time ended after this are left to their collectors. UTC microseconds. */
  closedBefore: number;
  /** Bytes from which on a folder gets several files. */
  targetBytes: number;
  minFiles: number;
  /** What people know better than the lake. */
  overlay?: Overlay | undefined;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/**
 * Puts the files of each station's closed days together. Whenever it is stopped, the lake is whole, and the same command
 * takes up the rest.
 * @param replacer where nothing is to be written, undefined
 */
export async function compact(
  storage: LakeStorage,
  pool: JobPool,
  replacer: FolderReplacer | undefined,
  settings: CompactSettings,
): Promise<CompactReport> {
  const started = performance.now();
  const report = emptyCompactReport(replacer === undefined);
  const overlaid = settings.overlay && new OverlaidLake(settings.overlay);
  report.atomic = (await replacer?.isAtomic()) ?? false;
  const isWanted = ({ station, start, end }: TimeFolder): boolean =>
    (settings.stations?.includes(station) ?? true) && start >= settings.from && end <= settings.until;
  const { folders, signal } = settings;
  const all = folders === undefined ? listSeries(storage, isWanted, signal) : listFolders(storage, folders, signal);
  for await (const series of all) {
    await new SeriesCompaction(pool, replacer, settings, isWanted, report, overlaid).run(series);
  }
  if (overlaid !== undefined) report.overlay = overlaid.report();
  report.elapsedSeconds = Number(((performance.now() - started) / 1000).toFixed(3));
  report.peakRssBytes = peakMemory();
  return report;
}

/** What a folder came to, its files' bytes being prepared already. */
interface MadeFolder {
  plan: FolderPlan;
  files: { path: string; size: number; rows: number }[];
  duplicates: number;
  conflicts: number;
  lost: MadeFile | undefined;
  overlay: OverlayOutcome | undefined;
}

/** How far the work on a group is. */
interface GroupWork {
  group: FolderGroup;
  /** Folders that are not made yet. */
  pending: number;
  isLeft: boolean;
  done: MadeFolder[];
}

/** Work on the folders of one series. */
class SeriesCompaction {
  readonly #pool: JobPool;
  readonly #replacer: FolderReplacer | undefined;
  readonly #settings: CompactSettings;
  readonly #isWanted: (folder: TimeFolder) => boolean;
  readonly #report: CompactReport;
  /** Folders that stay as they are. */
  readonly #left = new Set<string>();
  /** Folders that the overlay was compared with and does not change. */
  readonly #same = new Set<string>();
  readonly #overlaid: OverlaidLake | undefined;
  #ready: PreparedFolder[][] = [];

  constructor(
    pool: JobPool,
    replacer: FolderReplacer | undefined,
    settings: CompactSettings,
    isWanted: (folder: TimeFolder) => boolean,
    report: CompactReport,
    overlaid: OverlaidLake | undefined,
  ) {
    this.#pool = pool;
    this.#replacer = replacer;
    this.#settings = settings;
    this.#isWanted = isWanted;
    this.#report = report;
    this.#overlaid = overlaid;
  }

  async run({ folders }: Series): Promise<void> {
    const closed = [...folders.values()].filter(({ folder }) => this.#isClosed(folder));
    this.#report.open += folders.size - closed.length;
    const objects = closed.flatMap(({ objects: own }) => own);
    if (objects.length >= FILES_FOR_THREADS) this.#pool.start();
    let facts = await this.#survey(objects);
    const rules: PlanRules = {
      isEligible: (folder) => this.#isWanted(folder) && this.#isClosed(folder) && !this.#left.has(folder.path),
      minFiles: this.#settings.minFiles,
      isStale: (path) => this.#settings.minFiles < 2 && !/(?:^|\/)part-[0-9a-f]{16}\.parquet$/.test(path),
      isOverlaid: (folder, files) => this.#overlaid?.concerns(folder, files) ?? false,
    };
    const touched = new Set<string>();
    // A folder that turns out unusable frees those that would have changed together with it.
    for (let leftBefore = -1; leftBefore !== this.#left.size;) {
      leftBefore = this.#left.size;
      facts = facts.filter(({ path }) => !this.#left.has(folderOf(path)));
      const groups = planSeries(facts, rules).filter(
        (group) => !group.folders.some(({ folder }) => touched.has(folder) || this.#same.has(folder)),
      );
      await this.#work(groups, touched);
    }
    await this.#replaceReady();
    this.#report.unchanged += closed.filter(
      ({ folder: { path } }) => !touched.has(path) && !this.#left.has(path),
    ).length;
  }

  #isClosed({ grain, end }: TimeFolder): boolean {
    return grain !== 'all' && end <= this.#settings.closedBefore;
  }

  async #survey(objects: readonly StoredObject[]): Promise<FileFacts[]> {
    const { described } = this.#settings;
    const chunks: StoredObject[][] = [];
    for (let start = 0; start < objects.length; start += SURVEY_FILES) {
      chunks.push(objects.slice(start, start + SURVEY_FILES));
    }
    const facts: FileFacts[] = [];
    await this.#inParallel(chunks, async (chunk) => {
      const result = await this.#pool.run({ kind: 'survey', objects: chunk, described });
      for (const survey of result.kind === 'survey' ? result.surveys : []) {
        if (survey.kind === 'facts') facts.push(survey.facts);
        else if (survey.kind === 'damaged') this.#leave(folderOf(survey.path), survey.path, survey.reason);
      }
    });
    return facts.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** Works on groups; those with an unusable folder are passed over, and the folder is left. */
  async #work(groups: readonly FolderGroup[], touched: Set<string>): Promise<void> {
    let done = 0;
    if (this.#replacer === undefined && this.#overlaid === undefined) {
      for (const { folders } of groups) for (const plan of folders) this.#count(plan, undefined, touched);
      return;
    }
    const works = groups.map((group): GroupWork => ({ pending: group.folders.length, isLeft: false, done: [], group }));
    const plans = works.flatMap((work) => work.group.folders.map((plan) => ({ work, plan })));
    await this.#inParallel(plans, async ({ work, plan }) => {
      this.#settings.signal.throwIfAborted();
      if (!work.isLeft) await this.#make(plan, work);
      work.pending--;
      this.#settings.onProgress(++done, plans.length);
      if (work.pending > 0 || work.isLeft) return;
      for (const made of work.done) this.#count(made.plan, made, touched);
      // What is not kept is put by before the files that have it are replaced.
      for (const { lost } of work.done) if (lost !== undefined) await this.#replacer?.put(lost);
      if (work.done.length > 0)
        this.#ready.push(work.done.map((made) => ({ plan: made.plan, files: made.files.map(({ path }) => path) })));
      if (this.#ready.flat().length >= FOLDERS_TOGETHER) await this.#replaceReady();
    });
  }

  /** Makes a folder's new files and has them prepared. */
  async #make(plan: FolderPlan, work: GroupWork): Promise<void> {
    const { described, targetBytes } = this.#settings;
    const overlay = this.#overlaid?.rules.of(plan.station);
    const { isOverlayOnly } = work.group;
    const dryRun = this.#replacer === undefined;
    const job = { plan, described, targetBytes, overlay, isOverlayOnly, dryRun };
    const answer = await this.#pool.run({ kind: 'folder', job });
    const result = answer.kind === 'folder' ? answer.result : undefined;
    if (result?.kind === 'done') {
      for (const file of result.files) await this.#replacer?.prepare(file);
      const files = result.files.map(({ path, bytes, rows }) => ({ path, size: bytes.byteLength, rows }));
      const { duplicates, conflicts, lost, overlay: outcome } = result;
      work.done.push({ plan, files, duplicates, conflicts, lost, overlay: outcome });
    } else if (result?.kind === 'same') {
      this.#same.add(plan.folder);
      this.#overlaid?.note(result.overlay);
    } else if (result !== undefined) {
      work.isLeft = true;
      // The file may lie in a neighbour's folder, which is then what cannot be used.
      const folder = result.path === plan.folder ? plan.folder : folderOf(result.path);
      this.#leave(folder, result.path, result.reason);
    }
  }

  async #replaceReady(): Promise<void> {
    const ready = this.#ready;
    this.#ready = [];
    if (ready.length > 0) await this.#replacer?.replace(ready);
  }

  #leave(folder: string, path: string, reason: string): void {
    this.#left.add(folder);
    this.#report.left.push({ folder, path, reason });
  }

  #count(plan: FolderPlan, result: MadeFolder | undefined, touched: Set<string>): void {
    touched.add(plan.folder);
    const there = plan.inputs.filter(({ path }) => folderOf(path) === plan.folder);
    this.#report.folders++;
    this.#report.filesBefore += there.length;
    this.#report.bytesBefore += there.reduce((sum, { size }) => sum + size, 0);
    if (result?.overlay !== undefined) this.#overlaid?.note(result.overlay);
    if (result === undefined || this.#replacer === undefined) return;
    this.#report.filesAfter += result.files.length;
    this.#report.bytesAfter += result.files.reduce((sum, { size }) => sum + size, 0);
    this.#report.rows += result.files.reduce((sum, { rows }) => sum + rows, 0);
    this.#report.duplicates += result.duplicates;
    this.#report.conflicts += result.conflicts;
  }

  /** All end before the first failure is passed on: nothing may still be writing when the lake is given back. */
  async #inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
    const remaining = items[Symbol.iterator]();
    const workers = Array.from({ length: Math.min(items.length, this.#pool.width) }, async () => {
      for (const item of remaining) await work(item);
    });
    const failed = (await Promise.allSettled(workers)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
