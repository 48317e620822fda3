import { collectRecentGarbage } from '../collect-garbage';
import { packTexts } from '../rows/packed-texts';
import { bytesOfRow, viewColumns, type RowColumn } from '../rows/column-values';
import type { PartitionIndex } from '../rows/partition-index';
import { RowBuffers } from '../rows/row-buffers';
import type { RowStore } from '../rows/row-store';
import { ownBuffers } from '../threads/answer-jobs';
import { startThreads } from '../threads/thread';
import type { FileVersion, PartitionFiles, ReadFile } from '../write/partition-files';
import type { FileBytes } from '../write/partition-merger';
import { openSequence, type DayJob, type DaySettings } from './day-job';
import { ROWS_UNDER_WAY, type DaySegment, type PlannedDay } from './day-plan';
import { ROWS_WORTH_COLLECTING, type DayAnswer, type DayInput, type FinishedDay } from './day-sequence';
import { RowRoom } from './row-room';

/** Beside the tool as it is built. */
const SCRIPT = new URL('./ingest/day-worker.js', import.meta.url);

/** Below so many rows threads would take longer to start than to finish. */
const ROWS_FOR_THREADS = 100_000;

/** Without threads, segments that wait for the disk in turns. */
const LANES = 4;

/** Days of a lane that are not on the disk yet, and new rows of those it has still to answer, save for a day alone. */
const DAYS_UNDER_WAY = 3;
const LANE_ROWS = 100_000;

/** Where the rows of a run are, and where they go. */
export interface DayRows {
  store: RowStore;
  partitions: PartitionIndex;
  columns: readonly RowColumn[];
  files: Pick<PartitionFiles, 'read' | 'replace' | 'readLost' | 'putLost'>;
}

/**
 * Brings the days of segments up to date, on several threads where there are many rows.
 * @param onFinished told of each day once it is on the disk, in no particular order; `isWritten` is false where its file had
 *   these bytes already
 * @param onDone told of each day that was to be written, whether it has rows or not
 * @throws ToolError where a file cannot be merged with, or the file system refuses
 */
export async function writeDays(
  segments: readonly DaySegment[],
  rows: DayRows,
  settings: DaySettings,
  signal: AbortSignal,
  onFinished: (day: FinishedDay) => void,
  onDone: () => void,
): Promise<void> {
  const total = segments.reduce((sum, { days }) => sum + days.reduce((own, { count }) => own + count, 0), 0);
  const threads = total < ROWS_FOR_THREADS ? [] : startThreads<DayJob, DayAnswer>(SCRIPT, settings);
  const lanes =
    threads.length > 0
      ? threads.map((thread) => (job: DayJob) => thread.run(job, job === 'end' ? [] : buffersOf(job)))
      : Array.from({ length: LANES }, () => openSequence(settings));
  const remaining = segments[Symbol.iterator]();
  const room = new RowRoom(ROWS_UNDER_WAY);
  const buffers = new RowBuffers();
  let failed = false;
  const work = async (lane: (job: DayJob) => Promise<DayAnswer>): Promise<void> => {
    for (const segment of remaining) {
      await room.enter(segment.rows);
      try {
        if (!failed) await writeSegment(segment, rows, buffers, lane, signal, onFinished, onDone);
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        room.leave(segment.rows);
      }
    }
  };
  try {
    // All end before the first failure is passed on: nothing may still be writing when the lock is given back.
    const results = await Promise.allSettled(lanes.map(work));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

async function writeSegment(
  { days }: DaySegment,
  rows: DayRows,
  buffers: RowBuffers,
  lane: (job: DayJob) => Promise<DayAnswer>,
  signal: AbortSignal,
  onFinished: (day: FinishedDay) => void,
  onDone: () => void,
): Promise<void> {
  const before = new Map<string, FileVersion[]>();
  const put = async ({ finished, spent }: DayAnswer): Promise<void> => {
    for (const { buffer } of spent) buffers.give(buffer);
    if (finished === undefined) return;
    const { folder, bytes, keptRows, lost } = finished;
    // What is not kept is put by before the file that kept it is replaced.
    if (lost !== undefined && lost !== 'remove') await rows.files.putLost(folder, lost);
    if (bytes !== undefined) await rows.files.replace(folder, before.get(folder) ?? [], bytes, keptRows);
    if (lost === 'remove') await rows.files.putLost(folder, undefined);
    onFinished(finished);
    if (keptRows > ROWS_WORTH_COLLECTING) collectRecentGarbage();
  };
  const inLane: { answered: Promise<unknown>; count: number }[] = [];
  const underWay: Promise<void>[] = [];
  const start = (job: DayJob, count: number): void => {
    const answered = lane(job);
    const done = answered.then(put);
    // Whoever awaits it is told of a failure; until then it must not end the process.
    done.catch(() => undefined);
    inLane.push({ answered, count });
    underWay.push(done);
  };
  /** Waits until the lane has taken in so many rows less that it may have these, and the disk so many days less. */
  const makeRoom = async (count: number): Promise<void> => {
    while (inLane.length > 0 && inLane.reduce((sum, day) => sum + day.count, count) > LANE_ROWS) {
      await inLane.shift()?.answered;
    }
    while (underWay.length >= DAYS_UNDER_WAY) await underWay.shift();
  };
  try {
    for (const day of days) {
      signal.throwIfAborted();
      await makeRoom(day.count);
      const files = await rows.files.read(day.folder);
      // Not their bytes, which belong to the lane.
      before.set(
        day.folder,
        files.map(({ path, etag }) => ({ path, etag })),
      );
      const lost = await rows.files.readLost(day.folder);
      start(inputOf(day, rows, buffers, files, lost), day.count);
      if (day.isWanted) onDone();
    }
    start('end', 0);
    for (const done of underWay) await done;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** The rows of a day, free of everything that other days share. */
function inputOf(
  day: PlannedDay,
  { store, partitions, columns }: DayRows,
  buffers: RowBuffers,
  before: readonly ReadFile[],
  lostBefore: FileBytes | undefined,
): DayInput {
  const { folder, station, count, isWanted, partition } = day;
  const room = 2 * Math.ceil(count / 2);
  const buffer = count === 0 ? new ArrayBuffer(0) : buffers.take(room * bytesOfRow(columns));
  const values = viewColumns(columns, buffer, 0, room, count);
  if (partition !== undefined) store.read(partition, partitions.size, values);
  const texts = columns.map(({ dictionary }, index) => {
    const ids = values[index];
    return dictionary !== undefined && ids instanceof Int32Array ? packTexts(ids, dictionary) : undefined;
  });
  return {
    folder,
    station,
    day: day.day,
    isWanted,
    count,
    values,
    texts,
    before: before.map(({ path, bytes }) => ({ path, bytes })),
    lostBefore,
  };
}

function buffersOf({ values, texts, before, lostBefore }: DayInput): ArrayBuffer[] {
  const files = lostBefore === undefined ? before : [...before, lostBefore];
  return [
    ...ownBuffers(files.map(({ bytes }) => bytes)),
    ...new Set(values.map(({ buffer }) => buffer)),
    ...texts.flatMap((own) => (own ? [own.bytes.buffer, own.ends.buffer] : [])),
  ];
}
