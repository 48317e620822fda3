import {
  isDataPath,
  LAKE_FORMAT_VERSION,
  type LakeDescription,
  type ManifestIndex,
  type ManifestPart,
} from '@tidelake/lake-format';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { totalsOf } from './apply-changes';
import { ListingSpill } from './listing-spill';
import { ManifestBuild, orderedParts, type DamagedFile, type PlannedFile } from './manifest-build';
import { DEFAULT_SETTINGS, fitOf, settingsOf, type ManifestSettings } from './manifest-schema';
import {
  describedParts,
  keepsEtags,
  manifestRows,
  readLakeState,
  readPart,
  removeUnnamedParts,
  retried,
  swapIndex,
  touchIndex,
  writeDescription,
  type LakeState,
} from './manifest-store';
import { merged } from './merged';
import { identitiesOf, partDescriptionOf, type FileIdentity } from './part-rows';
import { PartitionSurvey } from './partition-survey';

/** How far a refresh is. */
export type ManifestProgress =
  { phase: 'list'; files: number } | { phase: 'compare' | 'read'; month: string; done: number; total: number };

export interface RefreshSettings {
  /** Where the data files are. */
  data: LakeStorage;
  /** Where the manifest goes: the same, or a folder of its own for a lake that we may not write to. */
  storage: LakeStorage;
  /** An address of the data for readers of a manifest that is kept elsewhere. */
  dataRoot: string | undefined;
  /** Undefined for what the manifest was made with so far. */
  h3: number | null | undefined;
  checksums: boolean | undefined;
  /** Whether nobody else can be writing parts, so that leftovers of killed runs may go. */
  isExclusive: boolean;
  signal: AbortSignal;
  onProgress: (progress: ManifestProgress) => void;
}

/** What a refresh did. */
export interface ManifestReport {
  files: number;
  rows: number;
  /** Of the data files. */
  dataBytes: number;
  parts: number;
  /** Of the parts together, and of the longest. */
  manifestBytes: number;
  largestPart: number;
  /** Files whose footers were read. */
  filesRead: number;
  partsWritten: number;
  /** Rollups that were left out as their files changed. */
  rollupsDropped: number;
  /** Whether the index or lake.json changed. */
  changed: boolean;
  damaged: DamagedFile[];
}

/**
 * Brings a lake's manifest up to date: lists the lake, reads the footers of the files that the manifest does not know as
 * they are, writes the parts of the months that changed, and puts the index in place. Whenever it is stopped, the manifest
 * is the old one or the new one.
 * @throws ToolError where the lake or its manifest cannot be read; an abort ends in the signal's reason
 */
export async function refreshManifest(settings: RefreshSettings): Promise<ManifestReport> {
  const { data, storage, signal, onProgress } = settings;
  const listing = new ListingSpill();
  try {
    const survey = new PartitionSurvey();
    for await (const page of data.list('', signal)) {
      for (const object of page) {
        if (!isDataPath(object.key)) continue;
        survey.add(object.key);
        await listing.add(object);
      }
      onProgress({ phase: 'list', files: listing.files });
    }
    return await retried(storage, async () => await refresh(settings, listing, survey));
  } finally {
    await listing.close();
  }
}

async function refresh(
  settings: RefreshSettings,
  listing: ListingSpill,
  survey: PartitionSurvey,
): Promise<ManifestReport> {
  const { data, storage, signal, isExclusive, onProgress } = settings;
  const state = await readLakeState(storage, signal);
  const { index } = state;
  const described = await describedParts(storage, index, signal);
  const known = described === undefined ? DEFAULT_SETTINGS : settingsOf(described);
  const wanted: ManifestSettings = {
    h3: settings.h3 === undefined ? known.h3 : settings.h3,
    checksums: settings.checksums ?? known.checksums,
  };
  const description = await startingDescription(settings, state, survey);
  const areOwn = description.partitionTime === 'approximate';
  const progress = { phase: 'compare' as 'compare' | 'read', month: '', done: 0, total: listing.files };
  const build = new ManifestBuild(storage, data, description, wanted, areOwn, signal, () => {
    progress.done++;
    onProgress(progress);
  });
  if (description.columns.length === 0) await build.learn(await someOf(listing));

  const parts: ManifestPart[] = [];
  const since = await indexTime(storage, state);
  const months = new Set([...listing.months(), ...index.parts.map(({ month }) => month)]);
  for (const month of [...months].sort(compareKeys)) {
    progress.month = month;
    const own = index.parts.filter((part) => part.month === month);
    const comparison = { data, storage, since, build, signal };
    const same = await sameParts(comparison, own, listing.read(month));
    parts.push(...same.parts);
    progress.done += same.parts.reduce((sum, { files }) => sum + files, 0);
    onProgress(progress);
    if (same.parts.length === own.length && same.isWhole) continue;
    progress.phase = 'read';
    const rest = own.slice(same.parts.length);
    const planned = planRefresh(
      comparison,
      manifestRows(storage, rest, signal),
      rest,
      after(listing.read(month), same.last),
    );
    parts.push(...(await build.month(month, planned)));
  }

  const next: ManifestIndex = {
    ...index,
    parts: orderedParts(await build.conformed(parts, false)),
    rollups: build.rollups(index),
  };
  const isSame = state.indexEtag !== undefined && JSON.stringify(next) === JSON.stringify(index);
  if (!isSame) await swapIndex(storage, state, next, signal);
  else {
    // A file that was touched and is the same would be read again each time, unless the index is younger than it.
    if (build.filesRead > build.damaged.length) await touchIndex(storage, state, signal);
    if (isExclusive) await removeUnnamedParts(storage, index, signal);
  }
  const now: LakeDescription = { ...build.description, manifest: true, totals: totalsOf(next) };
  const isDescribed = await writeDescription(storage, now, signal);
  const before = new Set(index.parts.map(({ path }) => path));
  return {
    files: now.totals.files,
    rows: next.parts.reduce((sum, { rows }) => sum + rows, 0),
    dataBytes: now.totals.bytes,
    parts: next.parts.length,
    manifestBytes: next.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    largestPart: Math.max(0, ...next.parts.map(({ bytes }) => bytes)),
    filesRead: build.filesRead,
    partsWritten: next.parts.filter(({ path }) => !before.has(path)).length,
    rollupsDropped: index.rollups.length - next.rollups.length,
    changed: !isSame || isDescribed,
    damaged: build.damaged,
  };
}

/** The description as it is, else one of a lake that another collector writes. */
async function startingDescription(
  { data, storage, dataRoot, signal }: RefreshSettings,
  state: LakeState,
  survey: PartitionSurvey,
): Promise<LakeDescription> {
  const root = dataRoot === undefined ? {} : { dataRoot };
  if (state.description !== undefined) {
    const isForeign = state.description.partitionTime === 'approximate';
    return { ...state.description, ...root, ...(isForeign ? { partitioning: survey.keys() } : {}) };
  }
  const atData = data === storage ? undefined : (await readLakeState(data, signal)).description;
  if (atData !== undefined) return { ...atData, ...root };
  return {
    format: 'tidelake',
    version: LAKE_FORMAT_VERSION,
    partitioning: survey.keys(),
    partitionTime: 'approximate',
    ...root,
    columns: [],
    stations: [],
    totals: { files: 0, bytes: 0 },
  };
}

interface Comparison {
  data: LakeStorage;
  storage: LakeStorage;
  since: bigint;
  build: ManifestBuild;
  signal: AbortSignal;
}

/**
 * The leading parts of a month whose files are as they were. Where not all are, the last of them is left out: its end
 * depends on what comes after it.
 */
async function sameParts(
  comparison: Comparison,
  parts: readonly ManifestPart[],
  listing: AsyncGenerator<StoredObject>,
): Promise<{ parts: ManifestPart[]; last: string | undefined; isWhole: boolean }> {
  const same: { part: ManifestPart; last: string | undefined }[] = [];
  let isWhole = true;
  try {
    for (const part of parts) {
      const bytes = await readPart(comparison.storage, part, comparison.signal);
      isWhole = fitOf(partDescriptionOf(bytes), comparison.build.schema) === 'same';
      const files = isWhole ? identitiesOf(bytes) : [];
      for (const file of files) {
        const listed = await listing.next();
        isWhole = listed.done !== true && listed.value.key === file.path && isUnchanged(comparison, file, listed.value);
        if (!isWhole) break;
      }
      if (!isWhole) break;
      same.push({ part, last: files.at(-1)?.path });
    }
    if (isWhole) isWhole = (await listing.next()).done === true;
  } finally {
    await listing.return(undefined);
  }
  const kept = isWhole ? same : same.slice(0, -1);
  return { parts: kept.map(({ part }) => part), last: kept.at(-1)?.last, isWhole };
}

function isUnchanged({ data, since, build }: Comparison, file: FileIdentity, listed: StoredObject): boolean {
  if (file.bytes !== listed.size || (build.schema.settings.checksums && file.sha256 === null)) return false;
  return keepsEtags(data) ? file.etag === listed.etag : file.etag === null && modifiedAt(listed.etag) < since;
}

async function* planRefresh(
  comparison: Comparison,
  rows: ReturnType<typeof manifestRows>,
  parts: readonly ManifestPart[],
  listing: AsyncGenerator<StoredObject>,
): AsyncGenerator<PlannedFile> {
  const [first] = parts;
  const { storage, build, signal } = comparison;
  const fit = first && fitOf(partDescriptionOf(await readPart(storage, first, signal)), build.schema);
  const pairs = merged(
    rows,
    ({ path }) => path,
    listing,
    ({ key }) => key,
  );
  for await (const [row, object] of pairs) {
    if (object === undefined) {
      if (row !== undefined) yield { kind: 'drop', row };
    } else if (row !== undefined && fit !== 'other' && isUnchanged(comparison, row, object))
      yield { kind: 'keep', row };
    else yield { kind: 'read', object, before: row };
  }
}

async function* after(listing: AsyncGenerator<StoredObject>, path: string | undefined): AsyncGenerator<StoredObject> {
  for await (const object of listing) if (path === undefined || compareKeys(object.key, path) > 0) yield object;
}

/** A few files of the first month, from which the columns are learnt. */
async function someOf(listing: ListingSpill): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for (const month of listing.months().slice(0, 3)) {
    for await (const object of listing.read(month)) {
      objects.push(object);
      break;
    }
  }
  return objects;
}

/**
 * When the index was written, in nanoseconds: a local file of the same length that is older is as it was then. Zero where
 * there is no index, or the store tells by its ETags.
 */
async function indexTime(storage: LakeStorage, { indexEtag }: LakeState): Promise<bigint> {
  return indexEtag === undefined || keepsEtags(storage) ? 0n : modifiedAt(indexEtag);
}

/** The time in a local file's tag, `<bytes>-<nanoseconds>`; later than anything where it has none. */
function modifiedAt(etag: string): bigint {
  const [, time] = /^\d+-(\d+)$/.exec(etag) ?? [];
  return time === undefined ? 2n ** 64n : BigInt(time);
}
