import { MS_PER_DAY } from '@tidelake/lake-format';
import { collectGarbage, collectRecentGarbage } from '../collect-garbage';
import { checkedRows, type CheckedRows } from '../check/checked-rows';
import type { FlagCounts } from '../check/flag-counts';
import type { PartitionChecks } from '../check/partition-checks';
import { StringDictionary } from '../decode/string-dictionary';
import { observe, type Observed } from '../publish/station-observations';
import type { ColumnValues, RowColumn } from '../rows/column-values';
import { h3Cells, h3Column } from '../rows/h3-cells';
import { unpackTexts, type PackedTexts } from '../rows/packed-texts';
import { PartitionMerger, type FileBytes, type MergedPartition } from '../write/partition-merger';

/** A station-day that gets rows, is flagged anew, or is looked at from the day beside it. */
export interface DayInput {
  /** Below the lake's root. */
  folder: string;
  station: string;
  /** Days since 1970-01-01 UTC. */
  day: number;
  /** Whether it is to be written; else it is only looked at. */
  isWanted: boolean;
  /** New rows. */
  count: number;
  /** All in one buffer. */
  values: ColumnValues[];
  /** The texts of each column; undefined for columns of other types. */
  texts: readonly (PackedTexts | undefined)[];
  /** The files it has. */
  before: readonly FileBytes[];
  /** The file of its rows that were not kept, where there is one. */
  lostBefore: FileBytes | undefined;
}

/** What a day came to. */
export interface FinishedDay {
  folder: string;
  station: string;
  /** New rows that came in. */
  count: number;
  /** The file it is to have; undefined where it has these bytes already. */
  bytes: Uint8Array | undefined;
  /** Bytes of that file. */
  size: number;
  /** Rows of that file. */
  keptRows: number;
  /** Of the new rows: observations, those the lake did not have, rows beyond the first of one, and those that differ from it. */
  rows: number;
  added: number;
  duplicates: number;
  conflicts: number;
  flags: Pick<FlagCounts, 'columns' | 'tests'> | undefined;
  observed: Observed | undefined;
  /** What becomes of the file of rows that were not kept; undefined where it stays, or stays away. */
  lost: { bytes: Uint8Array; rows: number } | 'remove' | undefined;
}

/** What becomes of a day that is handed over. */
export interface DayAnswer {
  /** A day that is finished: this one, or the one before it where flags look over midnight. */
  finished: FinishedDay | undefined;
  /** Buffers that new rows came in and that nobody uses any more. */
  spent: Uint8Array<ArrayBuffer>[];
}

/** After a day of so many rows there is much that nobody uses any more. */
const LARGE_DAY_ROWS = 500_000;

/** After a day of so many rows it takes less time to collect what it left than it took to make it. */
export const ROWS_WORTH_COLLECTING = 10_000;

/** A day whose rows are merged, waiting for the day after it. */
interface OpenDay {
  input: Omit<DayInput, 'values' | 'texts'>;
  /** What its new rows came in, as long as they are where they came. */
  buffer: ArrayBuffer | undefined;
  merged: MergedPartition;
  checked: CheckedRows | undefined;
}

/** What is kept in view of the day before. */
interface PassedDay {
  day: number;
  checked: CheckedRows | undefined;
}

/**
 * Brings days of a station up to date, one after the other, each with the days beside it in view where its flags depend on
 * them. What a day looks like from beside does not depend on whether it has been written yet.
 */
export class DaySequence {
  readonly #root: string;
  readonly #described: readonly Omit<RowColumn, 'dictionary'>[];
  readonly #checks: PartitionChecks | undefined;
  readonly #completes: boolean;
  readonly #h3Resolution: number | undefined;
  #h3: RowColumn | undefined;
  #columns: readonly RowColumn[] = [];
  #before: PassedDay | undefined;
  #current: OpenDay | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param root of the lake, for people
   * @param columns of the rows that are added
   * @param completes see {@link PartitionMerger}
   * @param h3Resolution of a column of H3 cells; undefined for none
   */
  constructor(
    root: string,
    columns: readonly Omit<RowColumn, 'dictionary'>[],
    checks: PartitionChecks | undefined,
    completes: boolean,
    h3Resolution: number | undefined,
  ) {
    this.#root = root;
    this.#described = columns;
    this.#checks = checks;
    this.#completes = completes;
    this.#h3Resolution = h3Resolution;
    this.#reset();
  }

  /**
   * Takes on the next day of the sequence, in order of time.
   * @throws ToolError where a file cannot be merged with
   */
  add(input: DayInput): Promise<DayAnswer> {
    return this.#inTurn(() => this.#add(input));
  }

  /** Ends the sequence, and with it the last day, where it is not finished yet; another one may begin. */
  end(): Promise<DayAnswer> {
    return this.#inTurn(() => this.#end());
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #reset(): void {
    this.#before = undefined;
    this.#current = undefined;
    this.#h3 = this.#h3Resolution === undefined ? undefined : h3Column(this.#h3Resolution);
    // Texts of one sequence are forgotten with it, so that memory does not grow with the lake.
    this.#columns = this.#described.map((column) => ({
      ...column,
      dictionary: column.type === 'text' ? new StringDictionary() : undefined,
    }));
  }

  async #end(): Promise<DayAnswer> {
    const finished = await this.#finish(undefined);
    const spent = bytesOf(this.#current?.buffer);
    this.#reset();
    return { finished, spent };
  }

  async #add(input: DayInput): Promise<DayAnswer> {
    const buffer = input.values[0]?.buffer;
    input.values.forEach((values, index) => {
      const [texts, dictionary] = [input.texts[index], this.#columns[index]?.dictionary];
      if (values instanceof Int32Array && texts !== undefined && dictionary !== undefined)
        unpackTexts(values, texts, dictionary);
    });
    const merged = this.#merger().merge(input.count, input.values, input.before, input.lostBefore);
    const isCopied = merged.values[0]?.buffer !== buffer;
    const checked = this.#checks && merged.kept.length > 0 ? checkedRows(merged, this.#checks.checked) : undefined;
    const { folder, station, day, isWanted, count, before, lostBefore } = input;
    const next = {
      input: { folder, station, day, isWanted, count, before, lostBefore },
      buffer: isCopied ? undefined : buffer,
      merged,
      checked,
    };
    if (this.#checks?.needsNeighbours !== true) {
      this.#current = next;
      const { finished, spent } = await this.#end();
      return { finished, spent: isCopied ? bytesOf(buffer) : spent };
    }
    const finished = await this.#finish(next);
    const own = this.#current;
    this.#before = this.#passed();
    // Of a day with few rows the day after looks at all, where they are.
    const spent = this.#before?.checked === own?.checked ? [] : bytesOf(own?.buffer);
    this.#current = next;
    if ((finished?.keptRows ?? 0) > LARGE_DAY_ROWS) collectGarbage();
    else if ((finished?.keptRows ?? 0) > ROWS_WORTH_COLLECTING) collectRecentGarbage();
    return { finished, spent: isCopied ? [...spent, ...bytesOf(buffer)] : spent };
  }

  /** What the day after needs of the current one; its other rows need not stay in memory. */
  #passed(): PassedDay | undefined {
    if (this.#current === undefined) return undefined;
    const { input, checked } = this.#current;
    const end = (input.day + 1) * MS_PER_DAY * 1000;
    return { day: input.day, checked: checked && this.#checks?.trailing(checked, end) };
  }

  #merger(): PartitionMerger {
    const workedOut = [...(this.#checks?.columns ?? []), ...(this.#h3 === undefined ? [] : [this.#h3])];
    return new PartitionMerger(this.#root, this.#columns, workedOut, this.#completes);
  }

  /** Finishes the current day, in view of the one that comes next. */
  async #finish(next: OpenDay | undefined): Promise<FinishedDay | undefined> {
    const own = this.#current;
    if (own === undefined || !own.input.isWanted || own.merged.kept.length === 0) return undefined;
    const { folder, station, count, day, before } = own.input;
    const dayBefore = this.#before?.day === day - 1 ? this.#before.checked : undefined;
    const dayAfter = next?.input.day === day + 1 ? next.checked : undefined;
    const flags = own.checked && this.#checks?.flag(dayBefore, own.checked, dayAfter);
    const { merged } = own;
    if (merged.kept.length > ROWS_WORTH_COLLECTING) collectRecentGarbage();
    const bytes = await this.#merger().encode(merged, station, [...(flags?.values ?? []), ...this.#cellsOf(merged)]);
    const [only] = before;
    const isSame = before.length === 1 && only !== undefined && Buffer.from(only.bytes).equals(bytes);
    return {
      folder,
      station,
      count,
      bytes: isSame ? undefined : bytes,
      size: bytes.byteLength,
      keptRows: merged.kept.length,
      rows: merged.rows,
      added: merged.added,
      duplicates: merged.duplicates,
      conflicts: merged.conflicts,
      flags: flags && count > 0 ? { columns: flags.counts.columns, tests: flags.counts.tests } : undefined,
      observed: count > 0 ? observe(merged) : undefined,
      lost: await this.#lostOf(own),
    };
  }

  #cellsOf({ columns, values, kept }: MergedPartition): ColumnValues[] {
    const dictionary = this.#h3?.dictionary;
    if (dictionary === undefined || this.#h3Resolution === undefined) return [];
    return [h3Cells(columns, values, kept, this.#h3Resolution, dictionary)];
  }

  async #lostOf({ input: { station, lostBefore }, merged }: OpenDay): Promise<FinishedDay['lost']> {
    if (merged.lost.length === 0) return lostBefore && 'remove';
    const bytes = await this.#merger().encodeLost(merged, station);
    const isSame = lostBefore !== undefined && Buffer.from(lostBefore.bytes).equals(bytes);
    return isSame ? undefined : { bytes, rows: merged.lost.length };
  }
}

function bytesOf(buffer: ArrayBuffer | undefined): DayAnswer['spent'] {
  return buffer === undefined || buffer.byteLength === 0 ? [] : [new Uint8Array(buffer)];
}
