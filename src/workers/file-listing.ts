import type { LakeSchema } from '../lake/lake-schema';
import type { FileFacts } from '../lake/manifest-files';
import { foreseenSteps } from '../lake/foreseen-steps';
import { advanceWalk, startWalk } from '../lake/partition-walk';
import type { LakeFile, WalkOptions } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { emptyBag } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import type { FooterCache } from './footers';
import type { Manifest } from './manifest';
import type { Progress } from './protocol';

/** Requests under way at once. A browser sends six of them to a host that speaks HTTP/1.1, and all of them over HTTP/2. */
const LANES = 32;

/** What files are found with. */
export interface ListedLake {
  store: ObjectStore;
  schema: LakeSchema;
  walk: WalkOptions;
  footers: FooterCache;
  /** Where the lake has one, nothing is listed. */
  manifest?: Manifest;
}

/** The rows that are wanted, and what is wanted of them. */
export interface Wanted {
  where: Predicate;
  columns: readonly string[];
}

/** Files found, and what was ruled out on the way to them. */
export interface FileListing {
  files: LakeFile[];
  /** Folders passed over without listing what is below them. */
  foldersPruned: number;
  /** Files that the manifest ruled out. */
  filesPruned: number;
  /** Requests for parts of the manifest. */
  manifestRequests: number;
  /** What the manifest says of the files, by their keys. */
  facts: ReadonlyMap<string, FileFacts>;
}

interface ListingOptions {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** The files that rows fulfilling a condition may be in: by the manifest where there is one, else by listing folders. */
export function listFiles(lake: ListedLake, wanted: Wanted, options: ListingOptions): Promise<FileListing> {
  return lake.manifest ? findInManifest(lake, lake.manifest, wanted, options) : walkFolders(lake, wanted, options);
}

async function findInManifest(
  { store, footers }: ListedLake,
  manifest: Manifest,
  wanted: Wanted,
  options: ListingOptions,
): Promise<FileListing> {
  const found = await manifest.find({ store, ...wanted, ...options });
  for (const { file, facts } of found.files) if (facts.footer) footers.offer(file, facts.footer);
  return {
    files: found.files.map(({ file }) => file),
    foldersPruned: 0,
    filesPruned: found.pruned,
    manifestRequests: found.requests,
    facts: new Map(found.files.map(({ file, facts }) => [file.key, facts])),
  };
}

async function walkFolders(
  { store, schema, walk: options }: ListedLake,
  { where }: Wanted,
  { signal, onProgress }: ListingOptions,
): Promise<FileListing> {
  const { walk, steps } = startWalk(schema, where, options);
  const files: LakeFile[] = [];
  let foldersPruned = 0;
  let done = 0;
  let total = steps.length;
  let bytes = 0;
  const walking = emptyBag(steps, LANES, signal, async (step, either) => {
    const fetched = await store.list(step, either);
    const progress = advanceWalk(walk, step, fetched.value);
    files.push(...progress.files);
    foldersPruned += progress.pruned;
    bytes += fetched.bytes;
    total += progress.steps.length;
    onProgress({ phase: 'list', done: ++done, total, bytes });
    return progress.steps;
  });
  // After what is certain; a wrong guess is not waited for, and what fails here fails again where it is needed.
  const walked = new AbortController();
  const guessing = AbortSignal.any([signal, walked.signal]);
  for (const step of foreseenSteps(schema, where, options)) store.list(step, guessing).catch(() => undefined);
  await walking.finally(() => walked.abort());
  return { files, foldersPruned, filesPruned: 0, manifestRequests: 0, facts: new Map() };
}
