import { formatPartition, isDataPath, parsePartition, type PartitionKey } from '@tidelake/lake-format';
import { calendarFolders, type CalendarFolder, type CalendarFolders } from './calendar-run';
import { mayMatch, withinBounds } from './column-bounds';
import { hullOf, valuesOf } from './column-range';
import { afterFolder, boundsWithin, partitionOf, type PartitionValues } from './folder';
import { sameName, type LakeSchema } from './lake-schema';
import { FILES_PER_DAY, FOLDERS_BY_NAME, KEYS_PER_LISTING, KEYS_WORTH_SKIPPING } from './limits';
import { compareUtf8 } from './literal';
import { columnsOf, type Predicate } from './predicate';
import { isTimeKey } from './time-partitions';

/** One request of a listing, in the terms of S3 ListObjectsV2; keys are relative to the lake's root. */
export interface ListStep {
  prefix: string;
  /** Fold everything below the next `/` into prefixes. */
  delimiter?: '/';
  /** Only keys after this one. */
  startAfter?: string;
  continuationToken?: string;
  /** For {@link advanceWalk}: the listing is over at the first key that is not before this one. */
  stopAt?: string;
}

/** A data file that may hold matching rows. */
export interface LakeFile {
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
  /** Partition values by the names of the lake's keys; null for the null folder, absent where no folder says. */
  partition: PartitionValues;
}

/** What a store answered to a {@link ListStep}. */
export interface WalkPage {
  objects: { key: string; size: number; etag: string }[];
  /** Folders ending in `/`. */
  prefixes: string[];
  continuationToken?: string;
}

export interface WalkOptions {
  /**
   * That every data file lies in a folder for each key, none of them null, spelt as the scheme says. Folders are then
   * visited by name. Holds by contract for a lake with lake.json; of a foreign lake only a complete listing can tell.
   */
  uniformFolders?: boolean;
  /** Files in one day of one station, where it is known. */
  filesPerDay?: number;
}

/** A listing under way: all of it plain data. */
export interface Walk {
  schema: LakeSchema;
  where: Predicate;
  uniform: boolean;
  filesPerDay: number;
}

export interface WalkProgress {
  /** What is to be listed next; in any order, side by side. */
  steps: ListStep[];
  files: LakeFile[];
  /** Folders ruled out without listing what is below them. */
  pruned: number;
}

/** A folder to look into, `level` keys below the root. */
interface Folder {
  path: string;
  level: number;
  partition: PartitionValues;
}

/**
 * Begins to list the files of a lake that rows fulfilling `where` may lie in. Folders are ruled out by their values and
 * by the time they stand for; where their names are certain they are visited without listing the levels above.
 */
export function startWalk(
  schema: LakeSchema,
  where: Predicate,
  options: WalkOptions = {},
): { walk: Walk; steps: ListStep[] } {
  const walk: Walk = {
    schema,
    where,
    uniform: options.uniformFolders ?? schema.exact,
    filesPerDay: Math.max(1, options.filesPerDay ?? FILES_PER_DAY),
  };
  return { walk, steps: stepsBelow(walk, { path: '', level: 0, partition: {} }) };
}

/** Takes the answer to one step: the files in it, and what is to be listed next. Each file comes once. */
export function advanceWalk(walk: Walk, step: ListStep, page: WalkPage): WalkProgress {
  const { stopAt } = step;
  const reached = stopAt === undefined ? -1 : page.objects.findIndex(({ key }) => compareUtf8(key, stopAt) >= 0);
  const objects = reached < 0 ? page.objects : page.objects.slice(0, reached);
  const files = objects.flatMap(({ key, size, etag }) => {
    if (!isDataPath(key)) return [];
    const partition = partitionOf(key, walk.schema);
    return mayMatch(walk.where, boundsWithin(partition, walk.schema)) ? [{ key, size, etag, partition }] : [];
  });
  const next = reached < 0 ? nextPage(step, page) : [];
  if (step.delimiter === undefined) return { steps: next, files, pruned: 0 };

  const folders = page.prefixes.flatMap((path) => folderAt(walk, path) ?? []);
  const open = folders.filter((folder) => mayMatch(walk.where, boundsWithin(folder.partition, walk.schema)));
  const below = stepsOfSiblings(walk, step.prefix, folders, open, objects.length === 0);
  return { steps: [...below, ...next], files, pruned: folders.length - open.length };
}

/** How to list what is below a folder. */
function stepsBelow(walk: Walk, folder: Folder): ListStep[] {
  const bounds = boundsWithin(folder.partition, walk.schema);
  const where = withinBounds(walk.where, bounds);
  if (where.kind === 'nothing') return [];
  const remaining = walk.schema.partitionKeys.slice(folder.level);
  const [key] = remaining;
  if (key === undefined || !tellsApart(walk, where, remaining)) return [{ prefix: folder.path }];

  const calendar = walk.uniform ? calendarBelow(walk, where, folder, remaining) : undefined;
  if (calendar !== undefined) {
    const deeper = tellsApart(
      walk,
      where,
      remaining.slice(calendar.levels).filter((other) => other.name.toLowerCase() !== 'hour'),
    );
    if (calendar.ordered && !deeper) {
      return runsOf(calendar.folders, calendar.days * walk.filesPerDay).map((run) => stepOfRun(folder.path, run));
    }
    if (calendar.folders.length <= FOLDERS_BY_NAME) {
      return calendar.folders.flatMap(({ path, partition }) =>
        stepsBelow(walk, {
          path: folder.path + path,
          level: folder.level + calendar.levels,
          partition: { ...folder.partition, ...partition },
        }),
      );
    }
  }
  const named = namesOf(walk, where, key);
  if (named !== undefined && named.length <= FOLDERS_BY_NAME) {
    return named.flatMap((value) =>
      stepsBelow(walk, {
        path: `${folder.path}${formatPartition({ key: key.name, value })}/`,
        level: folder.level + 1,
        partition: { ...folder.partition, [key.name]: value },
      }),
    );
  }
  return [{ prefix: folder.path, delimiter: '/' }];
}

/**
 * How to list sibling folders that a listing has shown. Those of the last level are listed in stretches, which takes
 * fewer requests than one each; a few folders that are ruled out may lie within a stretch.
 */
function stepsOfSiblings(walk: Walk, parent: string, all: Folder[], open: Folder[], canJoin: boolean): ListStep[] {
  const isLast = (folder: Folder) => canJoin && folder.level === walk.schema.partitionKeys.length;
  const last: NamedFolder[] = [];
  let ordinal = 0;
  for (const folder of [...all].sort((first, second) => compareUtf8(first.path, second.path))) {
    // A folder with steps of its own must not lie within a stretch, or its files would come twice.
    ordinal += open.includes(folder) && !isLast(folder) ? KEYS_PER_LISTING : 1;
    if (open.includes(folder) && isLast(folder)) last.push({ path: folder.path.slice(parent.length), ordinal });
  }
  const others = open.filter((folder) => !isLast(folder));
  return [
    ...others.flatMap((folder) => stepsBelow(walk, folder)),
    ...runsOf(last, walk.filesPerDay).map((run) => stepOfRun(parent, run)),
  ];
}

function folderAt(walk: Walk, path: string): Folder | undefined {
  const segments = path.split('/').slice(0, -1);
  const last = segments.at(-1) ?? '';
  if (/^[_.]/.test(last)) return undefined;
  const level = segments.length - 1;
  const key = walk.schema.partitionKeys[level];
  const name = parsePartition(last)?.key;
  const isExpected = key !== undefined && name !== undefined && sameName(name, key.name);
  // What lies in a folder of another kind cannot be foretold, so all of it is listed and each file judged by its path.
  const partition = partitionOf(path, walk.schema);
  return { path, level: isExpected ? level + 1 : walk.schema.partitionKeys.length, partition };
}

const calendars = new WeakMap<Walk, Map<string, CalendarFolders | undefined>>();

/** {@link calendarFolders}, worked out once for all stations of which the same is asked. */
function calendarBelow(walk: Walk, where: Predicate, folder: Folder, remaining: PartitionKey[]) {
  const known = calendars.get(walk) ?? new Map<string, CalendarFolders | undefined>();
  calendars.set(walk, known);
  const fixed = Object.fromEntries(Object.entries(folder.partition).filter(([name]) => isTimeKey(name)));
  // JSON has neither NaN nor infinity.
  const question = JSON.stringify([fixed, folder.level, where], (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  if (!known.has(question)) known.set(question, calendarFolders(walk.schema, where, fixed, remaining));
  return known.get(question);
}

/** Whether `where` may rule out some of the folders of these keys. */
function tellsApart({ schema }: Walk, where: Predicate, keys: PartitionKey[]): boolean {
  const ofTime = schema.timeColumn !== null && keys.some((key) => isTimeKey(key.name));
  return columnsOf(where).some(
    (column) =>
      keys.some((key) => sameName(key.name, column)) ||
      (ofTime && schema.timeColumn !== null && sameName(column, schema.timeColumn)),
  );
}

// What every writer leaves as it stands. Others escape `:` or `~`, so that the folder of such a value has many names.
const CERTAIN = /^[A-Za-z0-9_.-]+$/;

/** The values of the next level's folders that may match, where all are known with the names they are written by. */
function namesOf({ schema, where: all, uniform }: Walk, where: Predicate, key: PartitionKey): string[] | undefined {
  const column = columnsOf(all).find((name) => sameName(name, key.name)) ?? key.name;
  const values = valuesOf(where, column);
  if (key.type === 'text') {
    if (values === undefined || !values.every((value) => value.type === 'text')) return undefined;
    // An empty text is written as null, and read back as null: no row has it.
    const texts = values.flatMap(({ value }) => (value === '' ? [] : [String(value)]));
    const areCertain = schema.exact || [key.name, ...texts].every((text) => CERTAIN.test(text));
    return areCertain ? texts : undefined;
  }
  if (!uniform) return undefined;
  const numbers = values === undefined ? integersWithin(where, column) : values.map(({ value }) => Number(value));
  if (numbers === undefined || !numbers.every((number) => number >= 0 || !Number.isInteger(number))) return undefined;
  return numbers.filter(Number.isSafeInteger).map((number) => String(number).padStart(key.width ?? 1, '0'));
}

function integersWithin(where: Predicate, column: string): number[] | undefined {
  const range = hullOf(where, column);
  if (range?.min?.type !== 'number' || range.max?.type !== 'number') return undefined;
  const first = Math.ceil(range.min.value);
  const last = Math.floor(range.max.value);
  if (!(last - first < FOLDERS_BY_NAME)) return undefined;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

type NamedFolder = Pick<CalendarFolder, 'path' | 'ordinal'>;

/** Folders in the order of their names, cut into runs that are worth one listing each. */
function runsOf(folders: NamedFolder[], keysPerFolder: number): NamedFolder[][] {
  const runs: NamedFolder[][] = [];
  for (const folder of folders) {
    const run = runs.at(-1);
    const first = run?.[0];
    const last = run?.at(-1);
    const joins =
      first !== undefined &&
      last !== undefined &&
      (folder.ordinal - last.ordinal - 1) * keysPerFolder <= KEYS_WORTH_SKIPPING &&
      (folder.ordinal - first.ordinal + 1) * keysPerFolder <= KEYS_PER_LISTING;
    if (joins) run?.push(folder);
    else runs.push([folder]);
  }
  return runs;
}

function stepOfRun(parent: string, run: NamedFolder[]): ListStep {
  const first = `${parent}${run[0]?.path ?? ''}`;
  const last = `${parent}${run.at(-1)?.path ?? ''}`;
  if (first === last) return { prefix: first };
  let prefix = first;
  while (!last.startsWith(prefix)) prefix = prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1);
  return { prefix, startAfter: first, stopAt: afterFolder(last) };
}

/** The next page of a listing; a hidden folder that the page ends in is left behind at once. */
function nextPage(step: ListStep, page: WalkPage): ListStep[] {
  if (page.continuationToken === undefined) return [];
  const last = page.objects.at(-1)?.key ?? '';
  const hidden = step.delimiter === undefined ? /^(?:.*?\/)??[_.][^/]*\//.exec(last)?.[0] : undefined;
  if (hidden === undefined || hidden.length <= step.prefix.length) {
    return [{ ...step, continuationToken: page.continuationToken }];
  }
  const { prefix, stopAt } = step;
  return [{ prefix, startAfter: afterFolder(hidden), ...(stopAt === undefined ? {} : { stopAt }) }];
}
