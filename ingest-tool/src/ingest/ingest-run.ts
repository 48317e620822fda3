import { homedir } from 'node:os';
import { realpath } from 'node:fs/promises';
import { basename, parse, resolve } from 'node:path';
import { FlagCounts } from '../check/flag-counts';
import { PartitionChecks } from '../check/partition-checks';
import type { RecordSchema } from '../decode/record-schema';
import { StringDictionary } from '../decode/string-dictionary';
import { Capture } from '../inputs/capture';
import type { CaptureFormat } from '../inputs/capture-format';
import type { CaptureFile } from '../inputs/input-files';
import type { TableReading } from '../inputs/table/table-parser';
import type { Mapping } from '../map/mapping';
import { sendsSingleValues } from '../map/payload-rule';
import { messageMapper } from '../map/map-messages';
import type { MessageMapper } from '../map/message-mapper';
import { applyPartitions } from '../manifest/apply-partitions';
import { layKeptOverlay } from '../compact/lay-kept-overlay';
import { manifestChanges } from '../manifest/manifest-changes';
import { peakMemory } from '../peak-memory';
import { FolderSwapper } from '../publish/folder-swapper';
import { LakeLock } from '../publish/lake-lock';
import { checkCompatible, publishDescription, readDescription } from '../publish/lake-publisher';
import { Quarantine } from '../publish/quarantine';
import { StationObservations } from '../publish/station-observations';
import { refuseTidyInLake, writeTidyDays } from '../export/tidy-days';
import { describedColumn } from '../rows/column-values';
import { h3Column } from '../rows/h3-cells';
import { PartitionIndex } from '../rows/partition-index';
import { RowStore } from '../rows/row-store';
import { openStorage } from '../storage/open-storage';
import { EXIT, ToolError } from '../tool-error';
import { PartitionFiles } from '../write/partition-files';
import { daySegments, daysWithRows, wantedDays } from './day-plan';
import type { IngestReport } from './ingest-report';
import type { IngestProgress } from './ingest-progress';
import type { MessageSource } from './message-source';
import { DryPlace, dryFiles } from './dry-place';
import { writeDays, type DayRows } from './write-days';

/** Pieces that the days of a run are divided into where they depend on each other, so that threads have something to do. */
const PIECES = 8;

export interface IngestSettings {
  captures: CaptureFile[];
  /** Opens a capture that is no file of messages; undefined where all are. @param topics where topics get their numbers */
  open?: (capture: CaptureFile, topics: StringDictionary) => MessageSource;
  /** How messages lie in the captures; told from the content where undefined. */
  format: CaptureFormat | undefined;
  /** What the captures' records are made of; undefined where the payload rules of the mapping say. */
  schema: RecordSchema | undefined;
  mapping: Mapping;
  /** How tables are read, where the captures are tables. */
  tables?: TableReading | undefined;
  lake: string;
  latenessMs: number;
  /** Memory for rows in bytes; beyond it they go to the disk. */
  memoryBytes: number;
  /** Whether to find out only what would become of the captures; nothing is written, nor is the lake locked. */
  dryRun?: boolean;
  /** A folder that gets the tidy form of the days of this run. */
  tidy?: string | undefined;
  signal: AbortSignal;
  onProgress: (progress: IngestProgress) => void;
}

/**
 * Turns captures into a lake: reads all of them, then brings one partition after the other up to date, then says so in
 * `lake.json`. Whenever it is stopped, the lake is whole, and the same command finishes the work.
 * @throws ToolError where it cannot go on; an abort ends in the signal's reason
 */
export async function ingest(settings: IngestSettings): Promise<IngestReport> {
  if (settings.tidy !== undefined) refuseTidyInLake(settings.lake, settings.tidy);
  const { report, folders } = await fileCaptures(settings);
  if (report.dryRun) return report;
  // Days that got rows have flags of the checks alone, and the new rows no calibration.
  const overlaid = await layKeptOverlay(settings.lake, folders, settings.signal);
  if (overlaid !== undefined) report.overlaid = overlaid.folders;
  const { lake, tidy, mapping, signal } = settings;
  if (tidy !== undefined) report.tidy = await writeTidyDays(lake, folders, tidy, mapping.calibrations, signal);
  return report;
}

async function fileCaptures(settings: IngestSettings): Promise<{ report: IngestReport; folders: readonly string[] }> {
  const started = performance.now();
  const topics = new StringDictionary();
  const mapper = messageMapper(settings.schema, settings.mapping, topics, settings.latenessMs, Date.now());
  const receiveTime = settings.mapping.columns.find(({ from }) => from === 'receive_time')?.name;
  const checks =
    settings.mapping.checks === undefined
      ? undefined
      : new PartitionChecks(settings.mapping.checks, mapper.columns, receiveTime);
  const cells = settings.mapping.h3 === undefined ? [] : [h3Column(settings.mapping.h3.resolution)];
  const columns = [...mapper.columns, ...(checks?.columns ?? []), ...cells].map(describedColumn);
  await refuseDangerousFolder(settings.lake);
  const before = await readDescription(settings.lake);
  if (before !== undefined) checkCompatible(settings.lake, before, columns);

  const place = settings.dryRun === true ? await DryPlace.make() : await LakeLock.acquire(settings.lake);
  const { temporaryFolder } = place;
  const store = new RowStore(mapper.columns, temporaryFolder, settings.memoryBytes);
  try {
    const publish = before?.manifest === true ? manifestChanges(await openStorage(settings.lake)) : undefined;
    const swapper = place instanceof DryPlace ? undefined : await FolderSwapper.open(settings.lake, publish);
    const report = emptyReport(swapper === undefined);
    const partitions = new PartitionIndex();
    const quarantines = await readCaptures(settings, topics, mapper, store, partitions, temporaryFolder, report);
    store.settle(partitions.size);
    const files =
      swapper === undefined ? dryFiles(settings.lake) : new PartitionFiles(settings.lake, swapper, temporaryFolder);
    const { observations, folders } = await writePartitions(
      settings,
      mapper,
      checks,
      receiveTime,
      store,
      partitions,
      files,
      report,
    );
    if (swapper !== undefined) {
      await swapper.close();
      for (const { quarantine, sha256, tableHead } of quarantines) {
        report.quarantineFiles.push(...(await quarantine.publish(settings.lake, sha256, tableHead)));
      }
      if (before !== undefined || partitions.size > 0) {
        await publishDescription(settings.lake, temporaryFolder, settings.mapping, columns, observations.describe());
      }
      if (before?.manifest === true) await applyPartitions(settings.lake, folders, settings.signal);
    }
    const { span } = observations;
    report.minTime = span === undefined ? null : new Date(Math.floor(span.first / 1000)).toISOString();
    report.maxTime = span === undefined ? null : new Date(Math.ceil(span.last / 1000)).toISOString();
    report.late = mapper.lateness.late;
    report.unknownFields = mapper.unknownFields();
    report.ignored = { ...mapper.ignored };
    report.notes = mapper.notes();
    report.notFinite = { ...mapper.notFinite };
    report.elapsedSeconds = Number(((performance.now() - started) / 1000).toFixed(3));
    report.peakRssBytes = peakMemory();
    return { report, folders };
  } finally {
    store.close();
    await place.release();
  }
}

interface ReadCapture {
  quarantine: Quarantine;
  sha256: string;
  tableHead: Uint8Array | undefined;
}

async function readCaptures(
  { captures, open, format, tables, signal, onProgress }: IngestSettings,
  topics: StringDictionary,
  mapper: MessageMapper,
  store: RowStore,
  partitions: PartitionIndex,
  temporaryFolder: string,
  report: IngestReport,
): Promise<ReadCapture[]> {
  const totalBytes = captures.reduce((sum, { size }) => sum + size, 0);
  const read: ReadCapture[] = [];
  let bytesBefore = 0;
  let bad = 0;
  for (const [index, file] of captures.entries()) {
    const { path } = file;
    const capture: MessageSource = open?.(file, topics) ?? new Capture(path, format, topics, tables);
    const quarantine = new Quarantine(path, temporaryFolder, `rejects-${index}`);
    const captureName = topics.internText(basename(path));
    try {
      for await (const batch of capture.batches()) {
        signal.throwIfAborted();
        batch.capture = captureName;
        for (const reject of batch.rejects) quarantine.add(reject);
        report.observations += mapper.map(batch, store, partitions, (reject) => quarantine.add(reject));
        bad += quarantine.batchSize;
        await quarantine.endBatch();
        report.messages += batch.count + batch.rejects.length;
        report.observations += batch.rejects.length;
        onProgress({
          phase: 'read',
          bytes: bytesBefore + capture.bytesRead,
          totalBytes,
          messages: report.messages,
          bad,
        });
      }
      read.push({ quarantine, sha256: capture.sha256, tableHead: capture.tableHead });
    } catch (error) {
      // One capture that cannot be read must not keep the others out; what was read of it until then counts.
      if (!(error instanceof ToolError) || error.exitCode !== EXIT.input) throw error;
      report.unreadable.push({ path, message: error.message, advice: error.advice });
    }
    for (const [reason, count] of Object.entries(quarantine.counts)) {
      report.quarantined[reason] = (report.quarantined[reason] ?? 0) + count;
      report.examples[reason] ??= quarantine.examples[reason] ?? '';
    }
    report.captureNotes.push(...capture.notes.map((note) => ({ path, note })));
    bytesBefore += capture.bytesRead;
  }
  report.inputBytes = bytesBefore;
  return read;
}

async function writePartitions(
  { lake, signal, onProgress, mapping }: IngestSettings,
  mapper: MessageMapper,
  checks: PartitionChecks | undefined,
  receiveTime: string | undefined,
  store: RowStore,
  partitions: PartitionIndex,
  files: DayRows['files'],
  report: IngestReport,
): Promise<{ observations: StationObservations; folders: string[] }> {
  const observations = new StationObservations();
  const days = daysWithRows(mapper.stations, store, partitions);
  report.stations = [...new Set(days.map(({ station }) => station))];
  const segments = daySegments(days, checks?.needsNeighbours ?? false, PIECES);
  const total = wantedDays(segments);
  const flagCounts = new FlagCounts();
  const started = performance.now();
  let done = 0;
  await writeDays(
    segments,
    { store, partitions, columns: mapper.columns, files },
    {
      root: lake,
      columns: mapper.columns.map(describedColumn),
      checks: mapping.checks && { config: mapping.checks, receiveTime },
      completes: sendsSingleValues(mapping.payload),
      h3Resolution: mapping.h3?.resolution,
    },
    signal,
    (day) => {
      const isWritten = day.bytes !== undefined;
      if (day.count === 0) {
        if (isWritten) report.reflagged++;
        return;
      }
      if (day.observed !== undefined) observations.add(day.station, day.observed);
      if (day.flags !== undefined) flagCounts.addAll(day.flags);
      report.rows += day.rows;
      report.rowsAdded += day.added;
      report.duplicates += day.duplicates;
      report.conflicts += day.conflicts;
      report.files++;
      report.bytes += day.size;
      if (isWritten) report.filesWritten++;
    },
    () => onProgress({ phase: 'write', done: ++done, total, seconds: (performance.now() - started) / 1000 }),
  );
  report.flags = flagCounts.columns;
  report.flagsByTest = flagCounts.tests;
  const folders = segments.flatMap((segment) =>
    segment.days.flatMap(({ folder, isWanted }) => (isWanted ? folder : [])),
  );
  return { observations, folders };
}

/**
 * A lake's folder is filled with hundreds of folders, which nobody wants to have to pick out of a home.
 * @throws ToolError for the root of the file system and for a home folder
 */
async function refuseDangerousFolder(lake: string): Promise<void> {
  const path = await realpath(lake).catch(() => resolve(lake));
  const home = await realpath(homedir()).catch(() => homedir());
  if (path !== parse(path).root && path !== home) return;
  throw new ToolError(EXIT.usage, `${path} is no place for a lake`, 'Name a folder of its own, such as --to lake/.');
}

function emptyReport(dryRun: boolean): IngestReport {
  return {
    dryRun,
    messages: 0,
    observations: 0,
    ignored: {},
    rows: 0,
    duplicates: 0,
    late: 0,
    quarantined: {},
    examples: {},
    files: 0,
    bytes: 0,
    minTime: null,
    maxTime: null,
    elapsedSeconds: 0,
    peakRssBytes: 0,
    rowsAdded: 0,
    conflicts: 0,
    filesWritten: 0,
    reflagged: 0,
    overlaid: 0,
    flags: {},
    flagsByTest: {},
    unknownFields: {},
    notFinite: {},
    quarantineFiles: [],
    unreadable: [],
    captureNotes: [],
    notes: [],
    stations: [],
    inputBytes: 0,
  };
}
