import { Float64, Table, tableToIPC, Utf8, Vector } from 'apache-arrow';
import { knownOfFacts, knownOfFooter } from '../lake/aggregate/known-file';
import { readStatisticsQuery, type StatisticsFile, type StatisticsQuery } from '../lake/aggregate/statistics-states';
import { quoteIdentifier } from '../lake/sql-identifier';
import { FOOTER_GUESS } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import { runInLanes } from '../sources/fetch-pool';
import type { AggregateStatement, StatesTable } from './aggregate-plan';
import { columnData } from './arrow-data';
import type { NeededRows } from './aggregate-scan';
import { STAGING_CATALOG } from './engine';
import type { Engine } from './engine';
import type { ScanOptions } from './open-lake';
import { isReadInParts } from './piece-search';
import { countFetched } from './tally';
import { tellingOf } from './telling-store';

/** Requests for footers under way at once. */
const LANES = 32;

/** A footer asked for in vain costs as much as a small file: of one alone it spares nothing. */
const FILES_WORTH_PROBING = 2;

const FILES = `${STAGING_CATALOG}.main.files`;

/** The statistics of files that may spare a statement their data. */
export interface StatisticsAnswer {
  query: StatisticsQuery;
  files: { file: LakeFile; statistics: StatisticsFile }[];
}

/** Whether footers may be fetched for statistics, or only what is known counts. */
export type StatisticsReach = 'fetched' | 'known';

/** Whether a file's footer is less than the file. */
export function isWorthAsking({ size }: LakeFile): boolean {
  return size > FOOTER_GUESS;
}

/**
 * Finds the files whose statistics tell what a statement asks of all their rows; undefined where there are none. Footers
 * of small files are fetched for it where that is less than the file, once one of them has shown that it helps.
 * Callers hold the lock.
 * @param reach `known` where nothing is to be fetched
 */
export async function findStatistics(
  engine: Engine,
  { divided, lake }: AggregateStatement,
  { counted, pieces, columns, facts, tally }: NeededRows,
  options: ScanOptions,
  reach: StatisticsReach,
): Promise<StatisticsAnswer | undefined> {
  const query = readStatisticsQuery(divided, lake.schema);
  if (query === undefined) return undefined;
  const missing = new Set(lake.residency.missing(pieces, columns).flatMap((group) => group.map(({ file }) => file)));
  const isHere = (file: LakeFile) => facts.has(file.key) || lake.footers.known(file) !== undefined;
  // The footers of large files are needed in any case.
  const isKnown = (file: LakeFile) => isHere(file) || (reach === 'fetched' && isReadInParts(file, lake.footers));
  const known = [...missing].filter(isKnown);
  const unknown = [...missing].filter((file) => !isKnown(file) && isWorthAsking(file));
  // Windows cut the first and the last of a station.
  const isFew = reach === 'known' || unknown.length < FILES_WORTH_PROBING;
  const inside = isFew ? undefined : unknown[unknown.length >> 1];

  async function read(file: LakeFile, number: number, signal: AbortSignal) {
    const told = facts.get(file.key);
    if (told && lake.footers.known(file) === undefined) {
      return { file, statistics: { number, partition: file.partition, known: knownOfFacts(told, lake.schema) } };
    }
    const telling = tellingOf(counted.store, file, (one, bytes) => {
      tally.receipt.requests.footers++;
      countFetched(tally, one, bytes);
    });
    const footer = await lake.footers.read(telling, file, signal);
    return { file, statistics: { number, partition: file.partition, known: knownOfFooter(footer, lake.schema) } };
  }

  const probe = inside && (await read(inside, known.length, options.signal));
  const helps =
    probe && query.decides(probe.statistics) && (await wholeFiles(engine, query, [probe.statistics])).size > 0;
  const asked = helps ? [...known, ...unknown] : known;
  const found = await runInLanes([...asked.entries()], LANES, options.signal, ([number, file], signal) =>
    read(file, number, signal),
  );
  const files = found.filter(({ statistics }) => query.decides(statistics));
  const whole = await wholeFiles(
    engine,
    query,
    files.map(({ statistics }) => statistics),
  );
  const decided = files.filter(({ statistics }) => whole.has(statistics.number));
  return decided.length === 0 ? undefined : { query, files: decided };
}

/** The numbers of those files that lie in one group of the answer as a whole. */
async function wholeFiles(
  engine: Engine,
  query: StatisticsQuery,
  files: readonly StatisticsFile[],
): Promise<ReadonlySet<number>> {
  if (files.length === 0 || !query.mayDivide) return new Set(files.map(({ number }) => number));
  await stageFiles(engine, query, files);
  const whole = await engine.execute(query.wholeFilesSql(FILES));
  await engine.execute(`DROP TABLE ${FILES}`);
  return new Set(Array.from(whole.getChild('number') ?? [], Number));
}

/** Makes a table of files. They may be hundreds of thousands, for which VALUES would take minutes. */
async function stageFiles(engine: Engine, query: StatisticsQuery, files: readonly StatisticsFile[]): Promise<void> {
  const columns = query.fileColumns(files);
  const vectors = columns.map(
    ({ name, kind, values }) =>
      [name, new Vector([columnData(values, kind === 'text' ? new Utf8() : new Float64())])] as const,
  );
  const untyped = `${FILES}_untyped`;
  await engine.execute(`DROP TABLE IF EXISTS ${untyped}`);
  await engine.stage('files_untyped', tableToIPC(new Table(Object.fromEntries(vectors)), 'stream'));
  const list = columns.map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`);
  await engine.execute(`CREATE OR REPLACE TABLE ${FILES} AS SELECT ${list.join(', ')} FROM ${untyped}`);
  await engine.execute(`DROP TABLE ${untyped}`);
}

/** Adds the states of all rows of the files. */
export async function addStatistics(
  engine: Engine,
  states: StatesTable,
  { query, files }: StatisticsAnswer,
): Promise<void> {
  await stageFiles(
    engine,
    query,
    files.map(({ statistics }) => statistics),
  );
  await engine.execute(`INSERT INTO ${states.name} ${query.statesSql(FILES)}`);
  await engine.execute(`DROP TABLE ${FILES}`);
}
