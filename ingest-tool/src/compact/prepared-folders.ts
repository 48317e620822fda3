import type { FolderSwap } from '../publish/swap-journal';
import type { FolderPlan } from './compact-plan';

/** A folder's plan and the names of the files that it came to. */
export interface PreparedFolder {
  plan: FolderPlan;
  /** Relative to the lake's root. */
  files: readonly string[];
}

/**
 * What to exchange so that folders change together: of several, the folder they lie in.
 * @returns one swap, or one for each folder where they have only the lake itself in common
 */
export function swapsOf(group: readonly PreparedFolder[]): FolderSwap[] {
  const swaps = group.map(({ plan, files }): FolderSwap => {
    const there = plan.inputs.filter(({ path }) => path.startsWith(`${plan.folder}/`));
    return {
      folder: plan.folder,
      added: files.filter((file) => there.every(({ path }) => path !== file)),
      removed: there.filter(({ path }) => !files.includes(path)).map(({ path, etag }) => ({ path, etag })),
    };
  });
  const changing = swaps.filter(({ added, removed }) => added.length + removed.length > 0);
  const common = commonFolder(changing.map(({ folder }) => folder));
  return common === '' ? changing : [united(common, changing)];
}

/** Puts swaps together of which one lies within another. */
export function withoutNesting(swaps: readonly FolderSwap[]): FolderSwap[] {
  const sorted = [...swaps].sort((one, other) => (one.folder < other.folder ? -1 : 1));
  const outer: FolderSwap[] = [];
  for (const swap of sorted) {
    const index = outer.findIndex(({ folder }) => swap.folder === folder || swap.folder.startsWith(`${folder}/`));
    const around = outer[index];
    if (around === undefined) outer.push(swap);
    else outer[index] = united(around.folder, [around, swap]);
  }
  return outer;
}

function united(folder: string, swaps: readonly FolderSwap[]): FolderSwap {
  return {
    folder,
    added: swaps.flatMap(({ added }) => added),
    removed: swaps.flatMap(({ removed }) => removed),
  };
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders;
  const segments = first.split('/');
  let count = segments.length;
  for (const other of others) {
    const own = other.split('/');
    let same = 0;
    while (same < count && own[same] === segments[same]) same++;
    count = same;
  }
  return segments.slice(0, count).join('/');
}
