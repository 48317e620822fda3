import { partitionColumnType, sameName, tableColumns } from '../lake/lake-schema';
import type { LakeColumn, LakeSchema } from '../lake/lake-schema';
import { LakeError } from '../lake/lake-error';
import { dropPlanTableSql, planTableSql } from '../lake/plan-table';
import { quoteIdentifier, quoteLiteral } from '../lake/sql-identifier';
import type { Chunk, ChunkShelf } from './chunk-shelf';
import { emptyLakeSql, viewOfLake } from './engine';
import type { Engine } from './engine';
import { insertPieces, passPieces } from './chunk-loader';
import type { LoadedPiece } from './chunk-loader';
import { holdersOf, identityOf } from './file-piece';
import type { FilePiece } from './file-piece';
import { schemaClash } from './schema-clash';
import type { ClashOf } from './schema-clash';
import type { SchemaDifferences } from './schema-differences';

/** A chunk that is being filled. */
export interface Filling {
  /** Names of the file columns it takes. */
  columns: string[];
  add(pieces: LoadedPiece[]): Promise<void>;
  /** Makes the chunk part of the lake; pieces that older chunks held with fewer columns leave those. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** Decoded columns of one lake that stay in the engine from query to query. No piece of a file is in two
 * chunks, so no row counts twice. */
export interface Residency {
  /**
   * Pieces that must be fetched, or decoded again with more columns, before a query on these columns: in groups of those
   * that are resident with the same columns by now, each of which makes a chunk.
   */
  missing(pieces: FilePiece[], columns: string[]): FilePiece[][];
  /** Keeps what is resident of these pieces until the next statement begins. */
  use(pieces: FilePiece[]): void;
  /** Starts a chunk for such a group: with the columns asked for and those that its pieces are resident with. */
  fill(pieces: FilePiece[], columns: string[]): Filling;
  /** Makes the lake's view unite what is resident of these pieces; resolves to the number of their rows. */
  show(pieces: FilePiece[]): Promise<number>;
  /** Makes the lake's view an empty table, for planning. */
  hide(): Promise<void>;
  /** The rows of exactly those of these pieces that are resident, as a SELECT of the lake's columns, and how many. */
  rowsOf(pieces: FilePiece[]): { select: string; rows: number };
  /** Hands over the rows of pieces, with these of their columns, as SELECTs; nothing becomes resident. See {@link passPieces}. */
  pass(pieces: LoadedPiece[], columns: string[], use: (select: string) => Promise<void>): Promise<void>;
  /** Gives all memory back. */
  forget(): Promise<void>;
  /** Forgets the lake: its view and the tables it is planned with. */
  remove(): Promise<void>;
}

/** What a lake is resident as. */
export interface ResidentLake {
  /** Its name in SQL. */
  table: string;
  schema: LakeSchema;
  /** The file that a column's type is from, for messages. */
  sourceOf: (column: string) => string;
  /** Told of files whose types do not fit, where others could do. */
  differences?: SchemaDifferences;
}

/** The column of each chunk that says which piece of which file a row is from. */
export const PIECE_COLUMN = '__piece';

/**
 * Makes a lake a view in the engine, over nothing yet.
 * @throws LakeError `unsupported` where the name is taken by a table or view of the user's own
 */
export async function createResidency(
  engine: Engine,
  shelf: ChunkShelf,
  { table, schema, sourceOf, differences }: ResidentLake,
): Promise<Residency> {
  const owner = Symbol(table);
  const columns = tableColumns(schema);
  const isPartition = (name: string) => schema.partitionKeys.some((key) => sameName(key.name, name));
  const fileColumns = columns.filter((column) => !isPartition(column.name));
  let lastNumber = 0;
  const clashOf: ClashOf = (column, file, fileType) => {
    differences?.note(file, [column.name]);
    return schemaClash(column, file.key, fileType, sourceOf(column.name));
  };

  await checkNameIsFree(engine, table);
  await engine.execute(planTableSql(table, schema).join(';'));

  function pick(names: Iterable<string>): LakeColumn[] {
    const wanted = [...names];
    return fileColumns.filter((column) => wanted.some((name) => sameName(name, column.name)));
  }

  function index(): Map<string, Chunk> {
    return new Map(
      shelf.of(owner).flatMap((chunk) => [...chunk.pieces.keys()].map((piece) => [piece, chunk] as const)),
    );
  }

  function missing(pieces: FilePiece[], names: string[]): FilePiece[][] {
    const needed = pick(names);
    const where = index();
    const groups = new Map<string, FilePiece[]>();
    for (const piece of residentForms(pieces, where)) {
      const known = where.get(identityOf(piece))?.columns;
      if (known && needed.every((column) => known.includes(column))) continue;
      const id = JSON.stringify(known?.map((column) => column.name));
      const group = groups.get(id);
      if (group) group.push(piece);
      else groups.set(id, [piece]);
    }
    return [...groups.values()];
  }

  /**
   * The pieces as they are resident: a row group whose file is here as a whole is taken from there, unless only the rows of
   * the file have been counted.
   */
  function residentForms(pieces: FilePiece[], where: Map<string, Chunk>): FilePiece[] {
    const holdsValues = (piece: FilePiece) => (where.get(identityOf(piece))?.columns.length ?? 0) > 0;
    const forms = pieces.map((piece) => holdersOf(piece).find(holdsValues) ?? piece);
    return [...new Map(forms.map((piece) => [identityOf(piece), piece])).values()];
  }

  function chunksOf(pieces: FilePiece[]): Map<Chunk, string[]> {
    const where = index();
    const used = new Map<Chunk, string[]>();
    for (const piece of residentForms(pieces, where)) {
      const identity = identityOf(piece);
      const chunk = where.get(identity);
      if (!chunk) continue;
      const identities = used.get(chunk);
      if (identities) identities.push(identity);
      else used.set(chunk, [identity]);
    }
    return used;
  }

  function fill(pieces: FilePiece[], names: string[]): Filling {
    const [first] = pieces;
    const known = (first && index().get(identityOf(first))?.columns) ?? [];
    const chosen = pick([...names, ...known.map((column) => column.name)]);
    const { chunk, created } = shelf.create(owner, chosen, [
      { name: PIECE_COLUMN, duckdbType: 'INTEGER' },
      ...chosen,
      ...schema.partitionKeys.map((key) => ({ name: key.name, duckdbType: partitionColumnType(key) })),
    ]);
    return {
      columns: chosen.map((column) => column.name),
      async add(loaded) {
        const numbered = loaded.map((piece) => ({ ...piece, number: ++lastNumber }));
        await created;
        await insertPieces(engine, chunk.table, numbered, chunk.columns, schema.partitionKeys, clashOf);
        for (const piece of numbered) {
          chunk.pieces.set(identityOf(piece), { piece, number: piece.number, rows: piece.rows });
          chunk.bytes += piece.ipc?.byteLength ?? 0;
        }
        await shelf.evict();
      },
      async finish() {
        await created;
        for (const older of shelf.of(owner)) await withdraw(older, sharedWith(chunk, older));
        shelf.put(chunk);
      },
      async abandon() {
        await created.catch(() => undefined);
        await shelf.drop(chunk);
      },
    };
  }

  /** Pieces of an older chunk that have rows in common with those of a newer one. */
  function sharedWith(newer: Chunk, older: Chunk): string[] {
    const holding = new Set([...newer.pieces.values()].flatMap(({ piece }) => holdersOf(piece).map(identityOf)));
    return [...older.pieces].flatMap(([identity, { piece }]) =>
      holding.has(identity) || holdersOf(piece).some((holder) => newer.pieces.has(identityOf(holder))) ? identity : [],
    );
  }

  async function withdraw(chunk: Chunk, identities: Iterable<string>): Promise<void> {
    const gone = [...identities].flatMap((identity) => {
      const piece = chunk.pieces.get(identity);
      chunk.pieces.delete(identity);
      return piece ? [piece.number] : [];
    });
    if (chunk.pieces.size === 0) await shelf.drop(chunk);
    else if (gone.length > 0) {
      await engine.execute(`DELETE FROM ${chunk.table} WHERE ${PIECE_COLUMN} IN (${gone.join(', ')})`);
    }
  }

  async function show(pieces: FilePiece[]): Promise<number> {
    const used = chunksOf(pieces);
    for (const chunk of used.keys()) shelf.use(chunk);
    if (used.size === 0) {
      await hide();
      return 0;
    }
    const selects = [...used.keys()].map(selectAll).join(' UNION ALL ');
    await engine.execute(`CREATE OR REPLACE VIEW ${viewOfLake(table)} AS ${selects}`);
    return countRows(used);
  }

  function rowsOf(pieces: FilePiece[]): { select: string; rows: number } {
    const used = chunksOf(pieces);
    const selects = [...used].map(([chunk, identities]) => {
      const numbers = identities.flatMap((identity) => chunk.pieces.get(identity)?.number ?? []);
      return `${selectAll(chunk)} WHERE ${PIECE_COLUMN} IN (${numbers.join(', ')})`;
    });
    return { select: selects.join(' UNION ALL '), rows: countRows(used) };
  }

  function countRows(used: ReadonlyMap<Chunk, string[]>): number {
    return [...used].reduce(
      (sum, [chunk, identities]) =>
        identities.reduce((rows, identity) => rows + (chunk.pieces.get(identity)?.rows ?? 0), sum),
      0,
    );
  }

  /** All the lake's columns of a chunk; those it does not hold are not needed by the query that is about to run. */
  function selectAll(chunk: Chunk): string {
    const list = columns.map(({ name, duckdbType }) =>
      isPartition(name) || chunk.columns.some((column) => sameName(column.name, name))
        ? quoteIdentifier(name)
        : `CAST(NULL AS ${duckdbType}) AS ${quoteIdentifier(name)}`,
    );
    return `SELECT ${list.join(', ')} FROM ${chunk.table}`;
  }

  async function hide(): Promise<void> {
    await engine.execute(emptyLakeSql(table));
  }

  async function forget(): Promise<void> {
    await hide();
    for (const chunk of shelf.of(owner)) await shelf.drop(chunk);
  }

  async function remove(): Promise<void> {
    for (const chunk of shelf.of(owner)) await shelf.drop(chunk);
    await engine.execute(`DROP VIEW IF EXISTS ${viewOfLake(table)}`);
    for (const sql of dropPlanTableSql(table)) await engine.execute(sql);
  }

  function use(pieces: FilePiece[]): void {
    for (const chunk of chunksOf(pieces).keys()) shelf.use(chunk);
  }

  await hide();
  const pass: Residency['pass'] = (pieces, names, visit) =>
    passPieces(engine, pieces, pick(names), schema.partitionKeys, clashOf, visit);

  return { missing, use, fill, show, hide, rowsOf, pass, forget, remove };
}

async function checkNameIsFree(engine: Engine, table: string): Promise<void> {
  const taken = await engine.execute(
    `SELECT 1 FROM duckdb_tables() WHERE database_name = 'memory' AND lower(table_name) = lower(${quoteLiteral(table)})
     UNION ALL SELECT 1 FROM duckdb_views() WHERE database_name = 'memory' AND NOT internal
       AND lower(view_name) = lower(${quoteLiteral(table)})`,
  );
  if (taken.numRows === 0) return;
  throw new LakeError({
    code: 'unsupported',
    message: `There is a table or view “${table}” of your own already.`,
    advice: `Drop it, or give the lake another name.`,
  });
}
