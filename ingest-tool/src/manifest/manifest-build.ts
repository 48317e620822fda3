import type { LakeDescription, ManifestIndex, ManifestPart, RollupPart } from '@tidelake/lake-format';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { DataFileReader, type FileReading } from './data-file-reader';
import { LakeColumns } from './lake-columns';
import type { ManifestRow } from './manifest-row';
import { manifestSchema, type ManifestSchema, type ManifestSettings } from './manifest-schema';
import { keepsEtags, manifestRows } from './manifest-store';
import { inOrder } from './ordered-work';
import { PartWriter } from './part-writer';
import { StationSurvey } from './station-survey';
import { fileIdentity, isInRollup, scopeOf, type FileScope } from './source-digest';

/** Footers under way at a time: of a bucket each takes a round trip, of a disk next to nothing. */
const LANES_OF_BUCKET = 48;
const LANES_OF_FOLDER = 8;

/** What becomes of one path of a month. */
export type PlannedFile =
  | { kind: 'keep'; row: ManifestRow }
  /** @property before what the manifest says so far */
  | { kind: 'read'; object: StoredObject; before: ManifestRow | undefined }
  | { kind: 'drop'; row: ManifestRow };

/** A planned file after its footer was read, where it had to be. */
type WorkedFile =
  Exclude<PlannedFile, { kind: 'read' }> | { kind: 'reading'; before: ManifestRow | undefined; reading: FileReading };

/** A data file that cannot be read, and so is not in the manifest. */
export interface DamagedFile {
  path: string;
  reason: string;
}

/** What building parts has in common from month to month. */
export class ManifestBuild {
  readonly storage: LakeStorage;
  readonly damaged: DamagedFile[] = [];
  /** Files whose footers were read. */
  filesRead = 0;
  schema: ManifestSchema;
  readonly #description: LakeDescription;
  readonly #data: LakeStorage;
  readonly #columns: LakeColumns;
  readonly #stations = new StationSurvey();
  readonly #areOwn: boolean;
  readonly #signal: AbortSignal;
  readonly #onFile: () => void;
  #hasMixedParts = false;
  /** The description with the columns found so far. */
  #schemaDescription: LakeDescription;
  /** Stations whose files changed, by the months their rows are of; null for files of no station. */
  readonly #changed = new Map<string, Set<string | null>>();

  /**
   * @param storage where the manifest goes
   * @param data where the files are
   * @param areOwn whether the lake's columns are known only from its files
   * @param onFile called for each file that was looked at
   */
  constructor(
    storage: LakeStorage,
    data: LakeStorage,
    description: LakeDescription,
    settings: ManifestSettings,
    areOwn: boolean,
    signal: AbortSignal,
    onFile: () => void = () => undefined,
  ) {
    this.storage = storage;
    this.#data = data;
    this.#description = description;
    this.#signal = signal;
    this.#onFile = onFile;
    this.#areOwn = areOwn;
    this.#schemaDescription = description;
    this.schema = manifestSchema(description, settings);
    const keys = description.partitioning.map(({ name }) => name);
    this.#columns = new LakeColumns(description.columns, keys, areOwn);
  }

  /** The description with the columns that were found and, where the lake is known only from its files, the stations. */
  get description(): LakeDescription {
    const { stations } = this.#description;
    return {
      ...this.#description,
      columns: this.#columns.list(),
      stations: this.#areOwn ? this.#stations.describe(stations) : stations,
    };
  }

  /** Learns the columns of some files, so that the first parts need not be written twice. */
  async learn(objects: readonly StoredObject[]): Promise<void> {
    const reader = this.#reader();
    for (const object of objects) {
      const reading = await reader.read(object);
      if (reading.kind === 'row' && this.#columns.take(reading.facts)) this.#adopt();
    }
  }

  /**
   * Writes the parts of a month.
   * @param planned in the order of paths
   */
  async month(month: string, planned: AsyncIterable<PlannedFile>): Promise<ManifestPart[]> {
    const reader = this.#reader();
    const writer = new PartWriter(this.storage, () => this.schema, month, this.#signal);
    const lanes = keepsEtags(this.#data) ? LANES_OF_BUCKET : LANES_OF_FOLDER;
    const work = async (object: StoredObject, before: ManifestRow | undefined): Promise<WorkedFile> => ({
      kind: 'reading',
      before,
      reading: await reader.read(object),
    });
    const results = inOrder(planned, lanes, (file): WorkedFile | Promise<WorkedFile> =>
      file.kind === 'read' ? work(file.object, file.before) : file,
    );
    for await (const result of results) {
      this.#signal.throwIfAborted();
      this.#onFile();
      if (result.kind === 'keep') await this.#put(writer, result.row);
      else if (result.kind === 'drop') this.#note(result.row);
      else {
        const { reading, before } = result;
        this.filesRead++;
        if (reading.kind === 'damaged') this.damaged.push({ path: reading.path, reason: reading.reason });
        if (reading.kind === 'row') {
          if (this.#columns.take(reading.facts)) {
            // The part that this row goes into must have its columns; those before are brought to them at the end.
            this.#adopt();
            this.#hasMixedParts = true;
          }
          await this.#put(writer, reading.row);
        }
        const now = reading.kind === 'row' ? reading.row : undefined;
        if (before !== undefined && now !== undefined && fileIdentity(before) === fileIdentity(now)) continue;
        if (before !== undefined) this.#note(before);
        if (now !== undefined) this.#note(now);
      }
    }
    return await writer.end();
  }

  /**
   * Writes all parts anew where the columns are no longer those that some were written with; else nothing changes.
   * @param others whether there are parts of other columns that were written before
   */
  async conformed(parts: readonly ManifestPart[], others: boolean): Promise<ManifestPart[]> {
    if (!this.#hasMixedParts && !others) return [...parts];
    const result: ManifestPart[] = [];
    for (const month of new Set(parts.map((part) => part.month))) {
      const own = parts.filter((part) => part.month === month);
      result.push(...(await this.month(month, keptRows(manifestRows(this.storage, own, this.#signal)))));
    }
    return result;
  }

  /** The rollups that are made from files that did not change. */
  rollups(before: ManifestIndex): RollupPart[] {
    const scopes = [...this.#changed].flatMap(([month, stations]) =>
      [...stations].map((station): FileScope => ({ months: [month], station })),
    );
    return before.rollups.filter((rollup) => !scopes.some((scope) => isInRollup(rollup, scope)));
  }

  async #put(writer: PartWriter, row: ManifestRow): Promise<void> {
    if (this.#areOwn) this.#stations.add(row, this.#schemaDescription);
    await writer.add(row);
  }

  #reader(): DataFileReader {
    return new DataFileReader(this.#data, this.schema, keepsEtags(this.#data), this.#signal);
  }

  #adopt(): void {
    this.#schemaDescription = { ...this.#description, columns: this.#columns.list() };
    this.schema = manifestSchema(this.#schemaDescription, this.schema.settings);
  }

  #note(row: ManifestRow): void {
    const { months, station } = scopeOf(row, this.#schemaDescription);
    for (const month of months) {
      const stations = this.#changed.get(month) ?? new Set();
      this.#changed.set(month, stations.add(station));
    }
  }
}

/** Parts in the order of the index. */
export function orderedParts(parts: readonly ManifestPart[]): ManifestPart[] {
  // Within a month they stand in the order they were cut in, that of the paths of their files.
  return [...parts].sort((first, second) => compareKeys(first.month, second.month));
}

async function* keptRows(rows: AsyncIterable<ManifestRow>): AsyncGenerator<PlannedFile> {
  for await (const row of rows) yield { kind: 'keep', row };
}
