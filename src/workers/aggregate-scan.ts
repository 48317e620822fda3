import type { FileFacts } from '../lake/manifest-files';
import { throwIfCancelled } from '../sources/cancellation';
import { mergeStates } from './aggregate-plan';
import type { AggregateStatement, StatesTable } from './aggregate-plan';
import { decodedSizes } from './decoded-size';
import type { LoadedPiece } from './chunk-loader';
import type { FilePiece } from './file-piece';
import { planPieceReads, readPieces, type Reading } from './piece-reader';
import { fileColumnsOf } from './piece-search';
import { runInLanes } from '../sources/fetch-pool';
import { countFetched } from './tally';
import type { ScanOptions } from './open-lake';
import type { Account, CountedLake } from './tally';
import type { Workspace } from './workspace';

/** Decoded bytes of a part: enough to be worth a query, little enough to have several in memory at a time. */
const LARGEST_PART = 16 << 20;

/** Parts that are fetched and decoded while one is aggregated. */
const PARTS_AHEAD = 2;

/** Requests of a part under way at once. */
const LANES = 32;

/** Parts that the budget is divided into where it is small. */
const PARTS_OF_BUDGET = 4;

/** Parts that folders make at most, where a statement is to be answered folder by folder. */
const MOST_FOLDER_PARTS = 100;

/** States above which they are merged after a part, and again when there are twice as many as that left. */
const MERGED_STATES = 100_000;

/** States that are kept in any case, and those that are at most: groups, and the values of those that need each of them. */
const STATES = { least: 20_000, most: 1_500_000 };

/** Bytes of the budget that must be there for one of them: it takes an eighth or so, while states are merged twice that. */
const BUDGET_OF_STATE = 512;

/** What the statement needs of the lake. */
export interface NeededRows extends CountedLake {
  pieces: FilePiece[];
  columns: string[];
  /** What a manifest says of the files, by their keys. */
  facts: ReadonlyMap<string, FileFacts>;
}

/** Whether what a statement needs is more than may stay decoded, and can be divided. */
export function exceedsBudget({ shelf }: Workspace, { lake, pieces, columns }: NeededRows): boolean {
  if (pieces.length <= 1) return false;
  return decodedSizes(pieces, columns, lake.schema, lake.footers).reduce((sum, size) => sum + size, 0) > shelf.budget;
}

/**
 * Adds the states of all rows of the needed pieces to a table of states: of what is resident, and part by part of what is
 * not. Parts are fetched, decoded, aggregated and dropped while the next ones come. Callers hold the lock.
 * @returns whether they all could be added: false where there are more than there is room for
 */
export async function addRows(
  { engine, shelf }: Workspace,
  { divided, lake }: AggregateStatement,
  states: StatesTable,
  need: NeededRows,
  options: ScanOptions,
  account: Account,
): Promise<boolean> {
  const { receipt } = account;
  let count = 0;
  const most = Math.min(STATES.most, Math.max(STATES.least, shelf.budget / BUDGET_OF_STATE));
  let mergedAbove = Math.min(MERGED_STATES, most);
  const add = async (rows: string) => {
    await engine.execute(`INSERT INTO ${states.name} ${divided.partialSql(rows)}`);
    count = await countStates(engine, states);
    if (count <= mergedAbove) return;
    await mergeStates(engine, states, divided);
    count = await countStates(engine, states);
    mergedAbove = Math.max(mergedAbove, 2 * count);
  };
  const { pieces, columns, tally } = need;
  for (const { file } of pieces) tally.matched.add(file.key);
  const missing = lake.residency.missing(pieces, columns).flat();
  const absent = new Set(missing);
  const resident = pieces.filter((piece) => !absent.has(piece));
  if (resident.length > 0) {
    const { select, rows } = lake.residency.rowsOf(resident);
    receipt.rowsScanned += rows;
    await account.measured('query', () => add(`(${select}) AS tidelake_part`));
    if (count > most) return false;
  }
  const parts = divideInParts({ ...need, pieces: missing }, shelf.budget, options.inParts === true);
  receipt.answeredBy.parts += parts.length;
  for await (const part of readParts(need, parts, options)) {
    throwIfCancelled(options.signal);
    await account.measured('load', () =>
      lake.residency.pass(part, columns, (select) => add(`(${select}) AS tidelake_part`)),
    );
    receipt.rowsScanned += part.reduce((sum, { rows }) => sum + rows, 0);
    if (count > most) return false;
  }
  return true;
}

/** Reads parts in their order; while one is worked on, the next ones come. */
async function* readParts(
  need: NeededRows,
  parts: readonly FilePiece[][],
  options: ScanOptions,
): AsyncGenerator<LoadedPiece[]> {
  const controller = new AbortController();
  const signal = AbortSignal.any([options.signal, controller.signal]);
  const read = createPartReader(need, parts, { ...options, signal });
  const coming: Promise<LoadedPiece[]>[] = [];
  try {
    for (const index of parts.keys()) {
      while (coming.length < PARTS_AHEAD && index + coming.length < parts.length) {
        const part = read(index + coming.length);
        // Whoever waits for it hears of its failure.
        part.catch(() => undefined);
        coming.push(part);
      }
      const next = coming.shift();
      if (next) yield await next;
    }
  } finally {
    controller.abort();
  }
}

function createPartReader(
  { counted, columns, tally }: NeededRows,
  parts: readonly FilePiece[][],
  { signal, onProgress }: ScanOptions,
): (index: number) => Promise<LoadedPiece[]> {
  const started = performance.now();
  let bytes = 0;
  let done = 0;
  const report = () => onProgress({ phase: 'fetch', done, total: parts.length, bytes });
  const reading: Reading = {
    ...counted,
    // What is read once is not worth keeping.
    cache: { ...counted.cache, put: () => Promise.resolve() },
    columns: fileColumnsOf(counted.schema, columns),
    onFetched(file, fetched) {
      countFetched(tally, file, fetched);
      bytes += fetched;
      report();
      tally.receipt.phases.fetch = Math.max(tally.receipt.phases.fetch, performance.now() - started);
    },
    onDecoded(elapsed) {
      tally.receipt.phases.decode += elapsed;
    },
  };

  return async (index) => {
    const reads = await planPieceReads(reading, parts[index] ?? [], signal);
    const loaded = await runInLanes(reads, LANES, signal, (one, either) => readPieces(reading, one, either));
    done++;
    report();
    return loaded.flat();
  };
}

async function countStates(engine: Workspace['engine'], { name }: StatesTable): Promise<number> {
  const counted = await engine.execute(`SELECT count(*)::DOUBLE AS n FROM ${name}`);
  return Number(counted.getChild('n')?.get(0));
}

/**
 * Pieces in parts that are read and aggregated one after another.
 * @param budget bytes for decoded columns
 * @param byFolder whether parts begin where folders do, and are as small as they can be without being very many
 */
export function divideInParts({ lake, pieces, columns }: NeededRows, budget: number, byFolder: boolean): FilePiece[][] {
  const sizes = decodedSizes(pieces, columns, lake.schema, lake.footers);
  const most = Math.min(LARGEST_PART, budget / PARTS_OF_BUDGET);
  const enough = byFolder ? sizes.reduce((sum, size) => sum + size, 0) / MOST_FOLDER_PARTS : most;
  const parts: FilePiece[][] = [];
  let filled = Infinity;
  let folder = '';
  pieces.forEach((piece, index) => {
    const size = sizes[index] ?? 0;
    const own = folderOf(piece);
    const begins = filled + size > most || (filled >= enough && own !== folder);
    if (begins) parts.push([piece]);
    else parts.at(-1)?.push(piece);
    filled = begins ? size : filled + size;
    folder = own;
  });
  return parts;
}

function folderOf({ file: { key } }: FilePiece): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
