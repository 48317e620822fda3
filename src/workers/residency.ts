import { partitionColumnType, sameName, tableColumns } from '../lake/lake-schema';
import type { LakeColumn, LakeSchema } from '../lake/lake-schema';
import { planTableSql } from '../lake/plan-table';
import { quoteIdentifier } from '../lake/sql-identifier';
import { emptyLakeSql, RESIDENT_CATALOG } from './engine';
import type { Engine } from './engine';
import { insertPieces } from './chunk-loader';
import type { LoadedPiece } from './chunk-loader';
import { identityOf } from './file-piece';
import type { FilePiece } from './file-piece';

/** What a table in the resident catalogue holds: each of its pieces of files with the same columns. */
interface Chunk {
  table: string;
  /** File columns, in the lake's order. */
  columns: LakeColumn[];
  /** By their identity. */
  pieces: Map<string, ResidentPiece>;
  /** Decoded size, before DuckDB compresses it. */
  bytes: number;
  lastUse: number;
}

interface ResidentPiece {
  number: number;
  rows: number;
}

/** A chunk that is being filled. */
export interface Filling {
  /** Names of the file columns it takes. */
  columns: string[];
  add(pieces: LoadedPiece[]): Promise<void>;
  /** Makes the chunk part of the lake; pieces that older chunks held with fewer columns leave those. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** Decoded columns that stay in the engine from query to query. No piece of a file is in two
 * chunks, so no row counts twice. */
export interface Residency {
  /**
   * Pieces that must be fetched, or decoded again with more columns, before a query on these columns: in groups of those
   * that are resident with the same columns by now, each of which makes a chunk.
   */
  missing(pieces: FilePiece[], columns: string[]): FilePiece[][];
  /** Starts a chunk for such a group: with the columns asked for and those that its pieces are resident with. */
  fill(pieces: FilePiece[], columns: string[]): Promise<Filling>;
  /** Makes the view `lake` unite what is resident of these pieces; resolves to the number of their rows. */
  show(pieces: FilePiece[]): Promise<number>;
  /** Makes the view `lake` an empty table, for planning. */
  hide(): Promise<void>;
  /** Gives all memory back. */
  forget(): Promise<void>;
}

/** The column of each chunk that says which piece of which file a row is from. */
export const PIECE_COLUMN = '__piece';

/**
 * Makes an engine's view `lake` that of one lake, and forgets what was resident of another.
 * @param budget bytes of decoded columns to keep; the chunks not used for longest are dropped beyond it
 * @param sourceOf the file that a column's type is from, for messages
 */
export async function createResidency(
  engine: Engine,
  schema: LakeSchema,
  sourceOf: (column: string) => string,
  budget: number,
): Promise<Residency> {
  const chunks = new Set<Chunk>();
  const columns = tableColumns(schema);
  const isPartition = (name: string) => schema.partitionKeys.some((key) => sameName(key.name, name));
  const fileColumns = columns.filter((column) => !isPartition(column.name));
  let lastNumber = 0;
  let clock = 0;

  await clear(engine);
  for (const sql of planTableSql('lake', schema)) await engine.execute(sql);

  function pick(names: Iterable<string>): LakeColumn[] {
    const wanted = [...names];
    return fileColumns.filter((column) => wanted.some((name) => sameName(name, column.name)));
  }

  function missing(pieces: FilePiece[], names: string[]): FilePiece[][] {
    const needed = pick(names);
    const where = index();
    const groups = new Map<string, FilePiece[]>();
    for (const piece of pieces) {
      const known = where.get(identityOf(piece))?.columns;
      if (known && needed.every((column) => known.includes(column))) continue;
      const id = JSON.stringify(known?.map((column) => column.name));
      const group = groups.get(id);
      if (group) group.push(piece);
      else groups.set(id, [piece]);
    }
    return [...groups.values()];
  }

  function index(): Map<string, Chunk> {
    return new Map([...chunks].flatMap((chunk) => [...chunk.pieces.keys()].map((piece) => [piece, chunk] as const)));
  }

  async function fill(pieces: FilePiece[], names: string[]): Promise<Filling> {
    const [first] = pieces;
    const known =
      (first &&
        index()
          .get(identityOf(first))
          ?.columns.map((column) => column.name)) ??
      [];
    const chunk: Chunk = {
      table: `chunk_${++clock}`,
      columns: pick([...names, ...known]),
      pieces: new Map(),
      bytes: 0,
      lastUse: clock,
    };
    const target = `${RESIDENT_CATALOG}.main.${chunk.table}`;
    const definitions = [
      { name: PIECE_COLUMN, duckdbType: 'INTEGER' },
      ...chunk.columns,
      ...schema.partitionKeys.map((key) => ({ name: key.name, duckdbType: partitionColumnType(key) })),
    ].map((column) => `${quoteIdentifier(column.name)} ${column.duckdbType}`);
    await engine.execute(`CREATE TABLE ${target} (${definitions.join(', ')})`);

    return {
      columns: chunk.columns.map((column) => column.name),
      async add(loaded) {
        const numbered = loaded.map((piece) => ({ ...piece, number: ++lastNumber }));
        await insertPieces(engine, target, numbered, chunk.columns, schema.partitionKeys, sourceOf);
        for (const piece of numbered) {
          chunk.pieces.set(identityOf(piece), { number: piece.number, rows: piece.rows });
          chunk.bytes += piece.ipc?.byteLength ?? 0;
        }
      },
      async finish() {
        for (const older of chunks) await withdraw(older, chunk.pieces.keys());
        chunks.add(chunk);
      },
      abandon: async () => {
        await engine.execute(`DROP TABLE IF EXISTS ${target}`);
      },
    };
  }

  async function withdraw(chunk: Chunk, identities: Iterable<string>): Promise<void> {
    const gone = [...identities].flatMap((identity) => {
      const piece = chunk.pieces.get(identity);
      chunk.pieces.delete(identity);
      return piece ? [piece.number] : [];
    });
    if (chunk.pieces.size === 0) await drop(chunk);
    else if (gone.length > 0) {
      const target = `${RESIDENT_CATALOG}.main.${chunk.table}`;
      await engine.execute(`DELETE FROM ${target} WHERE ${PIECE_COLUMN} IN (${gone.join(', ')})`);
    }
  }

  async function drop(chunk: Chunk): Promise<void> {
    chunks.delete(chunk);
    await engine.execute(`DROP TABLE IF EXISTS ${RESIDENT_CATALOG}.main.${chunk.table}`);
  }

  async function show(pieces: FilePiece[]): Promise<number> {
    const where = index();
    const used = new Set<Chunk>();
    let rows = 0;
    for (const piece of pieces) {
      const identity = identityOf(piece);
      const chunk = where.get(identity);
      if (!chunk) continue;
      used.add(chunk);
      rows += chunk.pieces.get(identity)?.rows ?? 0;
    }
    clock++;
    for (const chunk of used) chunk.lastUse = clock;
    if (used.size === 0) await hide();
    else
      await engine.execute(
        `CREATE OR REPLACE VIEW memory.main.lake AS ${[...used].map(selectAll).join(' UNION ALL ')}`,
      );
    await evict(used);
    return rows;
  }

  /** All the lake's columns of a chunk; those it does not hold are not needed by the query that is about to run. */
  function selectAll(chunk: Chunk): string {
    const list = columns.map(({ name, duckdbType }) =>
      isPartition(name) || chunk.columns.some((column) => sameName(column.name, name))
        ? quoteIdentifier(name)
        : `CAST(NULL AS ${duckdbType}) AS ${quoteIdentifier(name)}`,
    );
    return `SELECT ${list.join(', ')} FROM ${RESIDENT_CATALOG}.main.${chunk.table}`;
  }

  async function evict(used: Set<Chunk>): Promise<void> {
    let total = [...chunks].reduce((bytes, chunk) => bytes + chunk.bytes, 0);
    const oldest = [...chunks].filter((chunk) => !used.has(chunk)).sort((a, b) => a.lastUse - b.lastUse);
    for (const chunk of oldest) {
      if (total <= budget) return;
      total -= chunk.bytes;
      await drop(chunk);
    }
  }

  async function hide(): Promise<void> {
    await engine.execute(emptyLakeSql());
  }

  async function forget(): Promise<void> {
    await hide();
    for (const chunk of chunks) await drop(chunk);
  }

  await hide();
  return { missing, fill, show, hide, forget };
}

async function clear(engine: Engine): Promise<void> {
  const tables = await engine.execute(
    `SELECT table_name AS name FROM duckdb_tables() WHERE database_name = '${RESIDENT_CATALOG}'`,
  );
  for (const name of tables.getChild('name') ?? []) {
    await engine.execute(`DROP TABLE ${RESIDENT_CATALOG}.main.${quoteIdentifier(String(name))}`);
  }
}
