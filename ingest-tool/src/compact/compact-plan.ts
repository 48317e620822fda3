import { endOf, folderAt, isPadded, parseTimeFolder, startOf, type TimeFolder } from './time-folder';

/** What is known of a data file before its rows are read. */
export interface FileFacts {
  path: string;
  /** Bytes. */
  size: number;
  etag: string;
  /** First instants of the folders' times that its rows belong to, UTC microseconds, in order. */
  starts: number[];
}

/** Rows of one file that go into a folder. */
export interface FolderInput {
  path: string;
  etag: string;
  size: number;
  /** Rows with times in these spans, UTC microseconds, the end excluded: `only` them or all `but` them. */
  spans: { only: [number, number][] } | { but: [number, number][] };
}

/** A folder and what is to be in it. */
export interface FolderPlan {
  folder: string;
  station: string;
  inputs: FolderInput[];
}

/** Folders that change together, because rows move from one to another. */
export interface FolderGroup {
  folders: FolderPlan[];
  /** Whether nothing but an overlay is a reason to write it anew. */
  isOverlayOnly: boolean;
}

/** Which folders may be touched, and which of them need it. */
export interface PlanRules {
  /** Whether a folder may be read and written: it is over, asked for, and nothing in it is damaged. */
  isEligible: (folder: TimeFolder) => boolean;
  /** A folder with so many files is put together. */
  minFiles: number;
  /** Whether a folder's one file is to be written anew. */
  isStale: (path: string) => boolean;
  /** Whether an overlay may concern rows of a folder. */
  isOverlaid?: (folder: TimeFolder, files: readonly FileFacts[]) => boolean;
}

interface Folder {
  folder: TimeFolder;
  files: FileFacts[];
}

/**
 * Decides which folders of one series are written anew, and from what. Rows filed under another time move to their own
 * folder where both may be touched, else they stay where they are.
 * @param files of all folders that may be touched
 */
export function planSeries(files: readonly FileFacts[], rules: PlanRules): FolderGroup[] {
  const folders = new Map<string, Folder>();
  for (const file of files) {
    const path = folderOf(file.path);
    const known = folders.get(path) ?? { folder: parseTimeFolder(path), files: [] };
    known.files.push(file);
    folders.set(path, known);
  }
  const any = [...folders.values()][0]?.folder;
  if (any === undefined) return [];
  const padded = isPadded([...folders.keys()]);
  const byStart = new Map([...folders.values()].map(({ folder }) => [folder.start, folder]));
  /** The folder for a time, or none where it may not be touched. */
  const at = (start: number): TimeFolder | undefined => {
    const own = byStart.get(start) ?? {
      ...any,
      path: folderAt(any, start, padded),
      start,
      end: endOf(any.grain, start),
    };
    return rules.isEligible(own) ? own : undefined;
  };

  const sets = new DisjointSets();
  const dirty = new Set<string>();
  const overlaid = new Set<string>();
  const moves = new Moves();
  for (const { folder, files: own } of folders.values()) {
    sets.add(folder.path);
    if (own.length >= rules.minFiles && own.length > 1) dirty.add(folder.path);
    if (own.length === 1 && own.some(({ path }) => rules.isStale(path))) dirty.add(folder.path);
    if (rules.isOverlaid?.(folder, own) === true) overlaid.add(folder.path);
    for (const file of own) {
      for (const start of file.starts) {
        const to = start === folder.start ? undefined : at(start);
        if (to === undefined) continue;
        moves.add(file, to);
        sets.unite(folder.path, to.path);
        dirty.add(folder.path);
      }
    }
  }
  return sets
    .groups()
    .filter((group) => group.some((path) => dirty.has(path) || overlaid.has(path)))
    .map((group) => ({
      isOverlayOnly: !group.some((path) => dirty.has(path)),
      folders: group.sort().map((path) => planFolder(path, folders.get(path), moves)),
    }));
}

function planFolder(path: string, folder: Folder | undefined, moves: Moves): FolderPlan {
  const inputs = (folder?.files ?? []).map((file): FolderInput => {
    return { ...inputOf(file), spans: { but: moves.from(file).map(({ start, end }) => [start, end]) } };
  });
  for (const { file, to } of moves.into(path)) {
    inputs.push({ ...inputOf(file), spans: { only: [[to.start, to.end]] } });
  }
  return {
    folder: path,
    station: parseTimeFolder(path).station,
    inputs: inputs.sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}

function inputOf({ path, etag, size }: FileFacts): Pick<FolderInput, 'path' | 'etag' | 'size'> {
  return { path, etag, size };
}

/** The folder that a file lies in. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** First instants of all times of a folder's length between two instants; undefined where they are more than a few. */
export function startsBetween({ grain }: TimeFolder, min: number, max: number): number[] | undefined {
  const starts: number[] = [];
  for (let start = startOf(grain, min); start <= max; start = endOf(grain, start)) {
    if (starts.length === 4) return undefined;
    starts.push(start);
    if (start === -Infinity) break;
  }
  return starts;
}

/** Which files have rows for other folders than their own. */
class Moves {
  readonly #byFile = new Map<FileFacts, TimeFolder[]>();
  readonly #byFolder = new Map<string, { file: FileFacts; to: TimeFolder }[]>();

  add(file: FileFacts, to: TimeFolder): void {
    this.#byFile.set(file, [...this.from(file), to]);
    const arriving = this.#byFolder.get(to.path);
    if (arriving === undefined) this.#byFolder.set(to.path, [{ file, to }]);
    else arriving.push({ file, to });
  }

  from(file: FileFacts): readonly TimeFolder[] {
    return this.#byFile.get(file) ?? [];
  }

  into(folder: string): readonly { file: FileFacts; to: TimeFolder }[] {
    return this.#byFolder.get(folder) ?? [];
  }
}

/** Names in sets that only ever grow together. */
class DisjointSets {
  readonly #parents = new Map<string, string>();

  add(name: string): void {
    if (!this.#parents.has(name)) this.#parents.set(name, name);
  }

  unite(one: string, other: string): void {
    this.add(one);
    this.add(other);
    this.#parents.set(this.#find(one), this.#find(other));
  }

  groups(): string[][] {
    const groups = new Map<string, string[]>();
    for (const name of this.#parents.keys()) {
      const top = this.#find(name);
      groups.set(top, [...(groups.get(top) ?? []), name]);
    }
    return [...groups.values()];
  }

  #find(name: string): string {
    let top = name;
    for (let next = this.#parents.get(top); next !== undefined && next !== top; next = this.#parents.get(top))
      top = next;
    this.#parents.set(name, top);
    return top;
  }
}
