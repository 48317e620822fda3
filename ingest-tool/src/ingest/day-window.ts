import type { RowMapper } from '../map/row-mapper';
import { checkedRows, type CheckedRows } from '../check/checked-rows';
import type { PartitionChecks, PartitionFlags } from '../check/partition-checks';
import { folderOfDay, type PartitionIndex } from '../rows/partition-index';
import type { RowStore } from '../rows/row-store';
import type { MergedPartition, PartitionTask, PartitionWriter } from '../write/partition-writer';

/** A station-day to be brought up to date: with rows of this input, or without, because its neighbour gets some. */
export interface DayTask extends PartitionTask {
  /** Days since 1970-01-01 UTC. */
  day: number;
}

/**
 * The station-days of a run, by station and day.
 * @param withNeighbours whether the days beside those with new rows have to be looked at as well
 */
export function dayTasks(
  { stations }: RowMapper,
  store: RowStore,
  partitions: PartitionIndex,
  withNeighbours: boolean,
): DayTask[] {
  const tasks = new Map<string, DayTask>();
  for (let partition = 0; partition < partitions.size; partition++) {
    const station = stations.stations.textOf(partitions.stationOf(partition));
    const day = partitions.dayOf(partition);
    const folder = folderOfDay(station, day);
    const count = store.countOf(partition, partitions.size);
    tasks.set(folder, { folder, station, day, count, read: (into) => store.read(partition, partitions.size, into) });
  }
  for (const { station, day } of withNeighbours ? [...tasks.values()] : []) {
    for (const beside of [withoutRows(station, day - 1), withoutRows(station, day + 1)]) {
      if (!tasks.has(beside.folder)) tasks.set(beside.folder, beside);
    }
  }
  return [...tasks.values()].sort((left, right) => (left.folder < right.folder ? -1 : 1));
}

function withoutRows(station: string, day: number): DayTask {
  return { folder: folderOfDay(station, day), station, day, count: 0, read: () => undefined };
}

interface OpenDay {
  task: DayTask;
  /** Tasks that still need this day, for themselves or beside them. */
  users: number;
  merged: Promise<MergedPartition> | undefined;
  checked: Promise<CheckedRows> | undefined;
}

/**
 * Rows of the days under way and of those beside them, each merged once and forgotten when nobody needs it any more. What a
 * day looks like from beside does not depend on whether it has been written yet.
 */
export class DayWindow {
  readonly #writer: PartitionWriter;
  readonly #checks: PartitionChecks | undefined;
  readonly #days = new Map<string, OpenDay>();

  /** @param tasks all that will be asked for, and left, once each */
  constructor(tasks: readonly DayTask[], writer: PartitionWriter, checks: PartitionChecks | undefined) {
    this.#writer = writer;
    this.#checks = checks;
    for (const task of tasks) {
      this.#days.set(task.folder, { task, users: 0, merged: undefined, checked: undefined });
    }
    for (const task of tasks) for (const day of this.#around(task)) day.users++;
  }

  /** The rows that a day will have; none where it neither has nor gets any. */
  rowsOf({ folder }: DayTask): Promise<MergedPartition> {
    const day = this.#days.get(folder);
    if (day === undefined) throw new Error(`${folder} was left already`);
    return this.#merged(day);
  }

  /** The flags that a day will have; undefined where nothing is checked. */
  async flagsOf(task: DayTask): Promise<PartitionFlags | undefined> {
    if (this.#checks === undefined) return undefined;
    const checks = this.#checks;
    const rows = await Promise.all(this.#around(task).map((day) => this.#checked(day, checks)));
    const [own, before, after] = rows;
    return own === undefined ? undefined : checks.flag(before, own, after);
  }

  /** Ends the work on a day. */
  leave(task: DayTask): void {
    for (const day of this.#around(task)) {
      day.users--;
      // From now on the day is looked at from beside only, which takes fewer columns.
      if (day.task === task) day.merged = undefined;
      if (day.users === 0) this.#days.delete(day.task.folder);
    }
  }

  /** A day and, where flags depend on them, the days before and after it. */
  #around(task: DayTask): OpenDay[] {
    const { station, day } = task;
    const beside = this.#checks?.needsNeighbours === true ? [day - 1, day + 1] : [];
    return [task, ...beside.map((number) => withoutRows(station, number))].map((own) => {
      const open = this.#days.get(own.folder) ?? { task: own, users: 0, merged: undefined, checked: undefined };
      this.#days.set(own.folder, open);
      return open;
    });
  }

  #merged(day: OpenDay): Promise<MergedPartition> {
    return (day.merged ??= this.#writer.merge(day.task));
  }

  #checked(day: OpenDay, checks: PartitionChecks): Promise<CheckedRows> {
    return (day.checked ??= this.#merged(day).then((merged) => checkedRows(merged, checks.checked)));
  }
}
