import type { RollupGrain } from '@tidelake/lake-format';
import type { Decomposition } from '../lake/aggregate/decompose';
import { chooseRollups, type DatedFile, type RollupChoice } from '../lake/aggregate/rollup-choice';
import { readRollupQuery, type RollupQuery } from '../lake/aggregate/rollup-query';
import { neededBytes } from '../lake/byte-ranges';
import { GAP_WORTH_READING } from '../lake/limits';
import type { FileFacts } from '../lake/manifest-files';
import type { LakeFile } from '../lake/partition-walk';
import { countRequests } from '../sources/counting-store';
import { runInLanes } from '../sources/fetch-pool';
import type { AggregateStatement, StatesTable } from './aggregate-plan';
import type { NeededRows } from './aggregate-scan';
import { readContentPart } from './content-part';
import { STAGING_CATALOG } from './engine';
import type { Engine } from './engine';
import type { OpenLake, ScanOptions } from './open-lake';
import { fileColumnsOf } from './piece-search';
import type { Account } from './tally';

/** The coarser first: it has the fewer rows. */
const GRAINS: readonly RollupGrain[] = ['day', 'hour'];

/** Parts that are in memory at once. */
const LANES = 4;

const BUCKETS = `buckets`;

/** Rollups that stand for the rows of some stations. */
export interface RollupAnswer {
  query: RollupQuery;
  choice: RollupChoice;
  /** Whether they stand for the rows of a file. */
  standFor(file: LakeFile): boolean;
}

/**
 * The rollups that a statement's answer comes from, exactly, in place of the data of some or all stations; undefined where
 * there are none, or where the data are here or cost less.
 * @param open files that are to be read otherwise; stations without such are left as they are
 */
export function findRollups(
  { divided, lake }: AggregateStatement,
  need: NeededRows,
  open: ReadonlySet<LakeFile>,
): RollupAnswer | undefined {
  if (lake.rollups === undefined) return undefined;
  const { station } = lake.rollups.columns;
  const stations = new Set([...open].map(({ partition }) => partition[station]));
  const files = need.pieces.map(({ file }) => file).filter(({ partition }) => stations.has(partition[station]));
  const answer = rollupsFor(lake, divided, [...new Set(files)], need.facts);
  if (answer === undefined) return undefined;
  const missing = need.pieces.filter(({ file }) => open.has(file));
  const saved = costOfFiles({ ...need, pieces: missing }, answer);
  return saved > costOfParts(answer.choice) ? answer : undefined;
}

function rollupsFor(
  lake: OpenLake,
  divided: Decomposition,
  files: readonly LakeFile[],
  facts: ReadonlyMap<string, FileFacts>,
): RollupAnswer | undefined {
  const { rollups, schema } = lake;
  if (rollups === undefined) return undefined;
  const { columns, parts } = rollups;
  const queries = GRAINS.flatMap((grain) => readRollupQuery(divided, grain, columns, schema) ?? []);
  const grains = queries.map(({ grain }) => grain);
  const dated = files.map((file) => datedFile(file, facts.get(file.key), columns.station, columns.time));
  const choice = chooseRollups(parts, grains, dated);
  const query = queries.find(({ grain }) => grain === choice?.grain);
  if (choice === undefined || query === undefined) return undefined;
  const stations = new Set<string | null | undefined>(choice.stations);
  return { query, choice, standFor: ({ partition }) => stations.has(partition[columns.station]) };
}

function datedFile(file: LakeFile, facts: FileFacts | undefined, station: string, time: string): DatedFile {
  const bounds = facts?.boundsOf(time);
  const [first, last] = [bounds?.min, bounds?.max];
  return {
    key: file.key,
    station: file.partition[station] ?? null,
    times:
      first?.type === 'timestamp' && last?.type === 'timestamp' ? { first: first.value, last: last.value } : undefined,
  };
}

/** Bytes of the choice's parts, and of what a line carries during their requests. */
function costOfParts({ parts }: RollupChoice): number {
  return parts.reduce((sum, { bytes }) => sum + bytes + GAP_WORTH_READING, 0);
}

/** The same of the pieces that the choice spares. */
function costOfFiles({ lake, pieces, columns }: NeededRows, { standFor }: RollupAnswer): number {
  const own = pieces.filter(({ file }) => standFor(file));
  const inFiles = fileColumnsOf(lake.schema, columns);
  const bytes = lake.residency
    .missing(own, columns)
    .flat()
    .map(({ file, rowGroup }) => {
      const footer = rowGroup === null ? undefined : lake.footers.known(file);
      return footer && rowGroup !== null ? neededBytes(footer, rowGroup, inFiles) : file.size;
    });
  return bytes.reduce((sum, size) => sum + size + GAP_WORTH_READING, 0);
}

/** Adds the states of the rollups. */
export async function addRollups(
  engine: Engine,
  states: StatesTable,
  { query, choice }: RollupAnswer,
  need: NeededRows,
  options: ScanOptions,
  { receipt }: Account,
): Promise<void> {
  const { counted } = need;
  const { store, count } = countRequests(counted.store);
  const { parts, stations } = choice;
  let done = 0;
  let bytes = 0;
  for (let start = 0; start < parts.length; start += LANES) {
    const decoded = await runInLanes(parts.slice(start, start + LANES), LANES, options.signal, async (part, signal) => {
      const read = await readContentPart(store, counted, part, query.columns, signal);
      bytes += part.bytes;
      options.onProgress({ phase: 'fetch', done: ++done, total: parts.length, bytes });
      return read;
    });
    for (const { rows, ipc } of decoded) {
      await engine.execute(`DROP TABLE IF EXISTS ${STAGING_CATALOG}.main.${BUCKETS}`);
      await engine.stage(BUCKETS, ipc);
      await engine.execute(
        `INSERT INTO ${states.name} ${query.statesSql(`${STAGING_CATALOG}.main.${BUCKETS}`, stations)}`,
      );
      receipt.rowsScanned += rows;
    }
  }
  await engine.execute(`DROP TABLE IF EXISTS ${STAGING_CATALOG}.main.${BUCKETS}`);
  receipt.answeredBy.rollups += parts.length;
  receipt.requests.rollups += count.get;
}
