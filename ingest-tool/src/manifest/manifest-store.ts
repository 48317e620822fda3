import {
  DESCRIPTION_PATH,
  formatLakeDescription,
  formatManifestIndex,
  MANIFEST_FOLDER,
  MANIFEST_INDEX_PATH,
  parseLakeDescription,
  parseManifestIndex,
  type LakeDescription,
  type ManifestIndex,
  type ManifestPart,
  type RollupPart,
} from '@tidelake/lake-format';
import { StorageConflict, type LakeStorage } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';
import type { ManifestRow } from './manifest-row';
import type { PartDescription } from './manifest-schema';
import { partDescriptionOf, rowsOf } from './part-rows';

/** How often a change is tried again after somebody else wrote the index meanwhile. */
const ATTEMPTS = 5;

/** A lake's description and manifest as they were at one moment. */
export interface LakeState {
  description: LakeDescription | undefined;
  /** Without parts where the lake has no manifest. */
  index: ManifestIndex;
  /** Undefined where the lake has no manifest. */
  indexEtag: string | undefined;
}

/** Whether a store's ETags tell one content from another for everybody, so that the manifest keeps them. */
export function keepsEtags(storage: LakeStorage): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(storage.url);
}

/**
 * Reads what a lake says of itself.
 * @throws ToolError where lake.json or the index is there but cannot be read
 */
export async function readLakeState(storage: LakeStorage, signal: AbortSignal): Promise<LakeState> {
  const description = await readText(storage, DESCRIPTION_PATH, signal);
  const index = await readText(storage, MANIFEST_INDEX_PATH, signal);
  return {
    description: description && parsed(storage, DESCRIPTION_PATH, description.text, parseLakeDescription),
    index:
      index === undefined
        ? { format: 'tidelake-manifest', version: 1, parts: [], rollups: [] }
        : parsed(storage, MANIFEST_INDEX_PATH, index.text, parseManifestIndex),
    indexEtag: index?.etag,
  };
}

/**
 * The bytes of a part.
 * @throws ToolError where it is gone
 */
export async function readPart(storage: LakeStorage, part: ManifestPart, signal: AbortSignal): Promise<Uint8Array> {
  const read = await storage.read(part.path, signal);
  if (read !== undefined && read.bytes.byteLength === part.bytes) return read.bytes;
  throw damagedPart(storage, part.path, read === undefined ? 'it is not there' : 'its length is not that of the index');
}

/**
 * The rows of parts, one part at a time in memory.
 * @throws ToolError where a part cannot be read
 */
export async function* manifestRows(
  storage: LakeStorage,
  parts: readonly ManifestPart[],
  signal: AbortSignal,
): AsyncGenerator<ManifestRow> {
  for (const part of parts) {
    const bytes = await readPart(storage, part, signal);
    let rows: ManifestRow[];
    try {
      rows = rowsOf(bytes);
    } catch (error) {
      throw damagedPart(storage, part.path, error instanceof Error ? error.message : String(error));
    }
    yield* rows;
  }
}

/** What the parts of a lake's manifest say of themselves, all the same; undefined where there is none. */
export async function describedParts(
  storage: LakeStorage,
  { parts }: ManifestIndex,
  signal: AbortSignal,
): Promise<PartDescription | undefined> {
  const [first] = parts;
  return first && partDescriptionOf(await readPart(storage, first, signal));
}

/**
 * Puts a new index in place of the one that was read, if nobody else has meanwhile, and removes the parts that neither
 * names: those of the old one stay until the next change, for readers that are at work.
 * @throws StorageConflict
 */
export async function swapIndex(
  storage: LakeStorage,
  before: LakeState,
  index: ManifestIndex,
  signal: AbortSignal,
): Promise<void> {
  // Listed before the swap: whoever writes parts after it has read the new index and counts on them.
  const there = await partsThere(storage, signal);
  const bytes = Buffer.from(formatManifestIndex(index));
  const condition = before.indexEtag === undefined ? { absent: true as const } : { etag: before.indexEtag };
  await storage.write(MANIFEST_INDEX_PATH, bytes, signal, condition);
  await storage.remove(unnamed(there, [before.index, index]), signal);
}

/** Gives the index of a local lake, as it is, the time of now. */
export async function touchIndex(
  storage: LakeStorage,
  { index, indexEtag }: LakeState,
  signal: AbortSignal,
): Promise<void> {
  if (indexEtag === undefined || keepsEtags(storage)) return;
  await storage.write(MANIFEST_INDEX_PATH, Buffer.from(formatManifestIndex(index)), signal, { etag: indexEtag });
}

/** Removes parts that the index does not name. Only for whoever holds the lake's lock: others may be writing theirs. */
export async function removeUnnamedParts(
  storage: LakeStorage,
  index: ManifestIndex,
  signal: AbortSignal,
): Promise<number> {
  const leftovers = unnamed(await partsThere(storage, signal), [index]);
  if (leftovers.length > 0) await storage.remove(leftovers, signal);
  return leftovers.length;
}

/**
 * Replaces the list of rollups in a lake's index.
 * @param choose what the index lists from now on; asked again where somebody else wrote it meanwhile, so that it can leave
 *   out parts whose source is not that of this index
 * @throws ToolError where the lake has no manifest
 */
export async function replaceRollups(
  storage: LakeStorage,
  choose: (index: ManifestIndex) => Promise<RollupPart[]> | RollupPart[],
  signal: AbortSignal,
): Promise<ManifestIndex> {
  return await retried(storage, async () => {
    const state = await readLakeState(storage, signal);
    if (state.indexEtag === undefined) {
      throw new ToolError(
        EXIT.usage,
        `The lake at ${storage.url} has no manifest`,
        'Make it first: tidelake manifest.',
      );
    }
    const index = { ...state.index, rollups: await choose(state.index) };
    if (formatManifestIndex(index) !== formatManifestIndex(state.index)) await swapIndex(storage, state, index, signal);
    return index;
  });
}

/**
 * Does something again as long as somebody else is faster.
 * @throws ToolError where somebody always is
 */
export async function retried<Result>(storage: LakeStorage, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StorageConflict)) throw error;
      if (attempt < ATTEMPTS) continue;
      throw new ToolError(
        EXIT.unexpected,
        `The manifest of ${storage.url} is being written by somebody else`,
        'Wait until that is done, then run the same command again.',
        { cause: error },
      );
    }
  }
}

/** Writes lake.json where it changes. */
export async function writeDescription(
  storage: LakeStorage,
  description: LakeDescription,
  signal: AbortSignal,
): Promise<boolean> {
  const bytes = Buffer.from(formatLakeDescription(description));
  const before = await storage.read(DESCRIPTION_PATH, signal);
  if (before !== undefined && bytes.equals(before.bytes)) return false;
  await storage.write(DESCRIPTION_PATH, bytes, signal);
  return true;
}

async function partsThere(storage: LakeStorage, signal: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of storage.list(`${MANIFEST_FOLDER}/`, signal)) {
    for (const { key } of page) if (key.endsWith('.parquet')) keys.push(key);
  }
  return keys;
}

function unnamed(there: readonly string[], indexes: readonly ManifestIndex[]): string[] {
  const named = new Set(indexes.flatMap(({ parts }) => parts.map(({ path }) => path)));
  return there.filter((key) => !named.has(key));
}

async function readText(
  storage: LakeStorage,
  key: string,
  signal: AbortSignal,
): Promise<{ text: string; etag: string } | undefined> {
  const read = await storage.read(key, signal);
  return read && { text: Buffer.from(read.bytes).toString('utf8'), etag: read.etag };
}

function parsed<T>(storage: LakeStorage, key: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new ToolError(
      EXIT.usage,
      `${key} of ${storage.url} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'If it was written by a newer tidelake, use that one. If it is damaged, move it away and run tidelake manifest.',
      { cause: error },
    );
  }
}

function damagedPart(storage: LakeStorage, path: string, reason: string): ToolError {
  return new ToolError(
    EXIT.input,
    `${path} of ${storage.url} cannot be read: ${reason}`,
    `Make the manifest anew: move ${MANIFEST_INDEX_PATH} away and run tidelake manifest.`,
  );
}
