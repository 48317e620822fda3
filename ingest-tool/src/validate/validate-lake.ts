import { DESCRIPTION_PATH, isDataPath, LAKE_FORMAT_VERSION, type LakeDescription } from '@tidelake/lake-format';
import { totalsOf } from '../manifest/apply-changes';
import { DataFileReader } from '../manifest/data-file-reader';
import { LakeColumns } from '../manifest/lake-columns';
import { ListingSpill } from '../manifest/listing-spill';
import { merged } from '../manifest/merged';
import { manifestSchema } from '../manifest/manifest-schema';
import { keepsEtags, readLakeState, type LakeState } from '../manifest/manifest-store';
import { inOrder } from '../manifest/ordered-work';
import { PartitionSurvey } from '../manifest/partition-survey';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage } from '../storage/lake-storage';
import { FindingLog, type Finding, type FindingCode, type Severity } from './finding';
import { findUnnamedParts } from './leftovers';
import { ManifestCheck } from './manifest-check';
import { checkPartition, type NamedObject, type PartitionCheckSettings } from './partition-check';

/** Folders under way at a time: of a bucket each file takes a round trip. */
const LANES_OF_BUCKET = 32;
const LANES_OF_FOLDER = 4;

/** How far a validation is. */
export type ValidateProgress = { phase: 'list'; files: number } | { phase: 'check'; done: number; total: number };

export interface ValidateSettings {
  /** Where the description and the manifest are. */
  storage: LakeStorage;
  /** Where the data files are. */
  data: LakeStorage;
  /** Whether all rows are read, not footers only. */
  deep: boolean;
  /** What was found already in places that no listing shows. */
  leftovers: readonly Finding[];
  signal: AbortSignal;
  onProgress: (progress: ValidateProgress) => void;
}

/** What was looked at and what is wrong with it. */
export interface ValidateReport {
  files: number;
  bytes: number;
  rows: number;
  deep: boolean;
  worst: Severity | null;
  counts: Partial<Record<FindingCode, number>>;
  /** At most a thousand of each code. */
  findings: Finding[];
}

/**
 * Walks a lake and finds damage. Nothing is written. Memory is bounded by the largest folder.
 * @throws ToolError where the lake, its lake.json or its index cannot be opened; an abort ends in the signal's reason
 */
export async function validateLake(settings: ValidateSettings): Promise<ValidateReport> {
  const { storage, data, deep, signal, onProgress } = settings;
  const log = new FindingLog();
  log.addAll(settings.leftovers);
  const listing = new ListingSpill();
  const totals = { files: 0, bytes: 0 };
  let rows = 0;
  try {
    const survey = new PartitionSurvey();
    for await (const page of data.list('', signal)) {
      for (const object of page) {
        if (!isDataPath(object.key)) continue;
        totals.files++;
        totals.bytes += object.size;
        survey.add(object.key);
        await listing.add(object);
      }
      onProgress({ phase: 'list', files: totals.files });
    }
    const state = await readLakeState(storage, signal);
    const lake = state.description ?? (await foreignLake(data, listing, survey, signal));
    const check = new ManifestCheck(storage, data, state, log, signal);
    const schema = manifestSchema(lake, { h3: null, checksums: false });
    const reader = new DataFileReader(data, schema, keepsEtags(data), signal);
    const checking: PartitionCheckSettings = { data, reader, lake, deep, signal };
    const scattered = { folders: 0, of: 0, first: '' };
    let done = 0;
    const months = new Set([...listing.months(), ...state.index.parts.map(({ month }) => month)]);
    for (const month of [...months].sort(compareKeys)) {
      const folders = foldersOf(month, listing, check);
      const lanes = keepsEtags(data) ? LANES_OF_BUCKET : LANES_OF_FOLDER;
      const results = inOrder(folders, lanes, async (objects) => ({
        objects,
        result: await checkPartition(checking, objects),
      }));
      for await (const { objects, result } of results) {
        signal.throwIfAborted();
        log.addAll(result.findings);
        rows += result.rows;
        scattered.of++;
        if (result.isScattered && scattered.folders++ === 0) scattered.first = objects[0]?.key ?? '';
        done += result.files;
        onProgress({ phase: 'check', done, total: totals.files });
      }
    }
    if (scattered.folders > 0) {
      const message = `${scattered.folders} of ${scattered.of} folders have many small files, this one's first`;
      log.add({ code: 'small-files', severity: 'warning', file: scattered.first, message, mend: 'compact' });
    }
    await check.checkRollups();
    checkTotals(state, totals, log);
    if (check.exists) log.addAll(await findUnnamedParts(storage, state.index, signal));
  } finally {
    await listing.close();
  }
  const { kept: findings, counts, worst } = log;
  return { ...totals, rows, deep, worst: worst ?? null, counts, findings };
}

/** The data files of a month folder by folder, each file compared with the manifest on the way. */
async function* foldersOf(month: string, listing: ListingSpill, check: ManifestCheck): AsyncGenerator<NamedObject[]> {
  let folder: string | undefined;
  let objects: NamedObject[] = [];
  const pairs = merged(
    check.named(month),
    ({ path }) => path,
    listing.read(month),
    ({ key }) => key,
  );
  for await (const [file, object] of pairs) {
    check.compare(month, file, object);
    if (object === undefined) continue;
    const own = object.key.slice(0, object.key.lastIndexOf('/') + 1);
    if (own !== folder && objects.length > 0) {
      yield objects;
      objects = [];
    }
    folder = own;
    objects.push({ ...object, sha256: file?.sha256 ?? null });
  }
  if (objects.length > 0) yield objects;
}

/** What can be said of a lake without lake.json, from its folders and one file that can be read. */
async function foreignLake(
  data: LakeStorage,
  listing: ListingSpill,
  survey: PartitionSurvey,
  signal: AbortSignal,
): Promise<LakeDescription> {
  const lake: LakeDescription = {
    format: 'tidelake',
    version: LAKE_FORMAT_VERSION,
    partitioning: survey.keys(),
    partitionTime: 'approximate',
    columns: [],
    stations: [],
    totals: { files: 0, bytes: 0 },
  };
  const reader = new DataFileReader(data, manifestSchema(lake, { h3: null, checksums: false }), false, signal);
  const keys = lake.partitioning.map(({ name }) => name);
  const columns = new LakeColumns([], keys, true);
  for (const month of listing.months().sort(compareKeys)) {
    for await (const object of listing.read(month)) {
      const reading = await reader.read(object);
      if (reading.kind !== 'row') continue;
      columns.take(reading.facts);
      return { ...lake, columns: columns.list() };
    }
  }
  return lake;
}

function checkTotals(
  { description, index, indexEtag }: LakeState,
  there: { files: number; bytes: number },
  log: FindingLog,
): void {
  if (description === undefined) return;
  const file = DESCRIPTION_PATH;
  const hasManifest = indexEtag !== undefined;
  if (hasManifest !== (description.manifest === true)) {
    const message = hasManifest
      ? 'it does not say that there is a manifest'
      : 'it says there is a manifest, and there is none';
    log.add({
      code: 'manifest-out-of-date',
      severity: hasManifest ? 'warning' : 'damage',
      file,
      message,
      mend: 'manifest',
    });
  }
  const right = hasManifest ? totalsOf(index) : there;
  const { files, bytes } = description.totals;
  if (files === right.files && bytes === right.bytes) return;
  const message = `it says ${files} files of ${bytes} bytes, there are ${right.files} of ${right.bytes}`;
  log.add({ code: 'totals-wrong', severity: 'warning', file, message, mend: hasManifest ? 'manifest' : 'ingest' });
}
