import type { LakeDescription } from '@tidelake/lake-format';
import { readLakeState, type LakeState } from '../manifest/manifest-store';
import { runInLanes } from '../push/lanes';
import type { LakeStorage } from '../storage/lake-storage';
import type { LocalStorage } from '../storage/local-storage';
import { EXIT, ToolError } from '../tool-error';
import { DamagedFile, download, isThere, SourceChanged, type DownloadChecks } from './file-download';
import { fillEtags, planPull, type PullFile } from './pull-plan';
import { emptyPullReport, type PullReport } from './pull-report';
import { describePulled } from './pulled-lake';
import { stationOf, type PullWindow } from './pull-window';

/** What to pull from where, and how. */
export interface PullOptions {
  lake: LakeStorage;
  /** Opens the place of the data where lake.json says that it is elsewhere. */
  open: (address: string) => Promise<LakeStorage>;
  folder: LocalStorage;
  window: PullWindow;
  /** Files that are fetched at a time. */
  jobs: number;
  dryRun: boolean;
  checks: DownloadChecks;
  signal: AbortSignal;
  /** Called once it is known what is wanted. */
  onPlan: (files: number, bytes: number) => void;
  /** Called with the files and bytes that are dealt with, and how many of them were fetched. */
  onProgress: (files: number, bytes: number, fetchedBytes: number) => void;
}

/** How often a lake that changes meanwhile is looked at anew. */
const MOST_PASSES = 3;

/**
 * Copies the files of a lake that may hold rows of a window into a folder: each in one step, checked by its checksum;
 * those that are there stay. The folder then describes itself as a lake of what is in it, as the last thing.
 * @throws ToolError where there is no lake, or it does not keep still
 */
export async function pull(options: PullOptions): Promise<PullReport> {
  const { lake, folder, signal, dryRun } = options;
  const started = performance.now();
  const report = emptyPullReport(lake.url, folder.url, dryRun);
  const stations = new Set<string>();
  let state = await readLakeState(lake, signal);
  await requireSameLake(options, state.description);
  for (let pass = 1; ; pass++) {
    const planned = await fetchAll(options, report, state, stations);
    if (planned === 0 && state.description === undefined) {
      throw new ToolError(
        EXIT.usage,
        `${lake.url} holds no lake: no lake.json and no Parquet file of this window`,
        'Check the address, and the dates and stations.',
      );
    }
    if (planned !== undefined) break;
    if (pass === MOST_PASSES) {
      throw new ToolError(
        EXIT.unexpected,
        `Files of ${lake.url} are not what its manifest or listing says, again and again`,
        'Where somebody is writing to it, wait; else bring it up to date there: tidelake manifest.',
      );
    }
    state = await readLakeState(lake, signal);
  }
  report.missingStations = [...(options.window.stations ?? [])].filter((station) => !stations.has(station));
  if (!dryRun && state.description !== undefined) await describePulled(folder, report, state.description, signal);
  report.elapsedSeconds = (performance.now() - started) / 1000;
  return report;
}

/** @returns how many files were wanted; undefined where one of them changed meanwhile */
async function fetchAll(
  options: PullOptions,
  report: PullReport,
  state: LakeState,
  stations: Set<string>,
): Promise<number | undefined> {
  const { lake, folder, window, checks, dryRun, jobs, signal, onProgress } = options;
  const { description } = state;
  const data = description?.dataRoot === undefined ? lake : await options.open(description.dataRoot);
  const files: PullFile[] = [];
  for await (const file of planPull(lake, data, state, window, signal)) {
    files.push(file);
    const station = stationOf(file.key, description);
    if (station !== undefined) stations.add(station);
  }
  await fillEtags(files, folder, data, signal);
  options.onPlan(
    files.length,
    files.reduce((sum, { size }) => sum + size, 0),
  );
  Object.assign(report, { unchangedFiles: 0, unchangedBytes: 0 });
  const damaged = new Set<string>();
  let hasChanged = false;
  await runInLanes(files.values(), jobs, signal, async (file, stop) => {
    if (await isThere(folder, file, checks, stop)) {
      report.unchangedFiles++;
      report.unchangedBytes += file.size;
      onProgress(1, file.size, 0);
      return;
    }
    try {
      if (dryRun) report.fetchedBytes += file.size;
      else {
        await download(folder, data, file, checks, stop, (bytes) => {
          report.fetchedBytes += bytes;
          onProgress(0, bytes, bytes);
        });
      }
      report.fetchedFiles++;
      onProgress(1, 0, 0);
    } catch (error) {
      if (error instanceof DamagedFile) damaged.add(file.key);
      else if (error instanceof SourceChanged) hasChanged = true;
      else throw error;
    }
  });
  report.damaged = [...damaged].sort();
  return hasChanged ? undefined : files.length;
}

/**
 * Makes sure that a folder holds no other lake.
 * @throws ToolError
 */
async function requireSameLake({ folder, signal }: PullOptions, far: LakeDescription | undefined): Promise<void> {
  const { description: near } = await readLakeState(folder, signal);
  if (near === undefined || far === undefined) return;
  const layout = ({ partitioning }: LakeDescription): string => partitioning.map(({ name }) => name).join('/');
  const clash = near.columns.find(({ name, type }) =>
    far.columns.some((other) => other.name === name && other.type !== type),
  );
  if (layout(near) === layout(far) && clash === undefined && near.title === far.title) return;
  throw new ToolError(
    EXIT.usage,
    `${folder.url} holds another lake${near.title === undefined ? '' : `, “${near.title}”`}`,
    'Choose an empty folder, or one that was pulled from the same lake.',
  );
}
