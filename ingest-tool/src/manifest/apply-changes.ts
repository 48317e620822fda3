import type { ManifestIndex } from '@tidelake/lake-format';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';
import { ManifestBuild, orderedParts, type PlannedFile } from './manifest-build';
import { DEFAULT_SETTINGS, fitOf, settingsOf } from './manifest-schema';
import { describedParts, manifestRows, readLakeState, retried, swapIndex, writeDescription } from './manifest-store';
import { merged } from './merged';
import { monthOf } from './partition-of';

/** How a lake's data files changed. */
export interface LakeChanges {
  /** Files that are new or were replaced, as they are in the listing. Whatever the manifest says of them is read anew. */
  added: readonly StoredObject[];
  /** Files that are gone, or are going to be removed once the manifest does not name them any more. */
  removed: readonly string[];
}

/**
 * Takes changes into a lake's manifest: only the months they lie in are written anew, and rollups made from files that
 * changed are left out. It becomes visible in one step, the replacement of the index. A lake without a manifest stays so.
 * @returns the index now; undefined where the lake has none
 * @throws ToolError where an added file cannot be read, or the manifest
 */
export async function applyChanges(
  storage: LakeStorage,
  { added, removed }: LakeChanges,
  signal: AbortSignal,
): Promise<ManifestIndex | undefined> {
  return await retried(storage, async () => {
    const state = await readLakeState(storage, signal);
    const { description, index } = state;
    if (description?.manifest !== true || state.indexEtag === undefined) return undefined;
    const described = await describedParts(storage, index, signal);
    const settings = described === undefined ? DEFAULT_SETTINGS : settingsOf(described);
    const build = new ManifestBuild(storage, storage, description, settings, false, signal);
    const fit = described === undefined ? 'same' : fitOf(described, build.schema);
    if (fit === 'other') {
      throw new ToolError(
        EXIT.unexpected,
        `The manifest of ${storage.url} has other columns than its lake.json`,
        'Bring it up to date: tidelake manifest.',
      );
    }
    const gone = new Set(removed);
    const months = new Set([...added.map(({ key }) => key), ...removed].map(monthOf));
    const parts = index.parts.filter(({ month }) => !months.has(month));
    for (const month of [...months].sort(compareKeys)) {
      const own = index.parts.filter((part) => part.month === month);
      const objects = added
        .filter(({ key }) => monthOf(key) === month)
        .sort((first, second) => compareKeys(first.key, second.key));
      const rows = manifestRows(storage, own, signal);
      parts.push(...(await build.month(month, planChanges(rows, objects, gone))));
    }
    const [damaged] = build.damaged;
    if (damaged !== undefined) {
      throw new ToolError(
        EXIT.unexpected,
        `${damaged.path} cannot be taken into the manifest: ${damaged.reason}`,
        'Look at that file. The manifest is as it was; tidelake manifest brings it up to date.',
      );
    }
    const next: ManifestIndex = {
      ...index,
      parts: orderedParts(await build.conformed(parts, fit === 'convertible')),
      rollups: build.rollups(index),
    };
    await swapIndex(storage, state, next, signal);
    await writeDescription(storage, { ...build.description, totals: totalsOf(next) }, signal);
    return next;
  });
}

/** What `lake.json` says of a lake's size. */
export function totalsOf({ parts }: ManifestIndex): { files: number; bytes: number } {
  return {
    files: parts.reduce((sum, { files }) => sum + files, 0),
    bytes: parts.reduce((sum, { dataBytes }) => sum + dataBytes, 0),
  };
}

async function* planChanges(
  rows: ReturnType<typeof manifestRows>,
  added: readonly StoredObject[],
  gone: ReadonlySet<string>,
): AsyncGenerator<PlannedFile> {
  const pairs = merged(
    rows,
    ({ path }) => path,
    eachOf(added),
    ({ key }) => key,
  );
  for await (const [row, object] of pairs) {
    if (object !== undefined) yield { kind: 'read', object, before: row };
    else if (row !== undefined) yield { kind: gone.has(row.path) ? 'drop' : 'keep', row };
  }
}

async function* eachOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
