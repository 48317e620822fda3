import type { LakeColumn } from '../lake/lake-schema';
import { quoteIdentifier } from '../lake/sql-identifier';
import { RESIDENT_CATALOG } from './engine';
import type { Engine } from './engine';
import type { FilePiece } from './file-piece';

/** What a table in the resident catalogue holds: each of its pieces of files with the same columns. */
export interface Chunk {
  /** The lake it is of. */
  owner: symbol;
  /** Qualified and ready for SQL. */
  table: string;
  /** File columns, in the lake's order. */
  columns: LakeColumn[];
  /** By their identity. */
  pieces: Map<string, ResidentPiece>;
  /** Decoded size, before DuckDB compresses it. */
  bytes: number;
  lastUse: number;
}

/** A piece of a file within a chunk. */
export interface ResidentPiece {
  piece: FilePiece;
  number: number;
  rows: number;
}

/** All decoded columns of all lakes that are in the engine, within one budget. */
export interface ChunkShelf {
  /** Bytes of decoded columns that it keeps. */
  readonly budget: number;
  /** The chunks of one lake that are complete. */
  of(owner: symbol): Chunk[];
  /** Makes an empty chunk with a table of these columns, which is there once it is `created`. It counts as complete once it is `put`. */
  create(owner: symbol, columns: LakeColumn[], tableColumns: LakeColumn[]): { chunk: Chunk; created: Promise<unknown> };
  put(chunk: Chunk): void;
  drop(chunk: Chunk): Promise<void>;
  /** Begins a statement: what is used from now on stays until the next one begins. */
  begin(): void;
  use(chunk: Chunk): void;
  /** Gives up chunks not used for longest until the budget is kept; never one that the statement uses. */
  evict(): Promise<void>;
}

/**
 * An empty shelf; what another one left in the engine is dropped.
 * @param budget bytes of decoded columns to keep
 */
export async function createChunkShelf(engine: Engine, budget: number): Promise<ChunkShelf> {
  const complete = new Set<Chunk>();
  const filling = new Set<Chunk>();
  let lastTable = 0;
  let clock = 0;

  await clear(engine);

  async function drop(chunk: Chunk): Promise<void> {
    complete.delete(chunk);
    filling.delete(chunk);
    await engine.execute(`DROP TABLE IF EXISTS ${chunk.table}`);
  }

  return {
    budget,
    of: (owner) => [...complete].filter((chunk) => chunk.owner === owner),
    drop,
    create(owner, columns, tableColumns) {
      const table = `${RESIDENT_CATALOG}.main.chunk_${++lastTable}`;
      const definitions = tableColumns.map(({ name, duckdbType }) => `${quoteIdentifier(name)} ${duckdbType}`);
      const created = engine.execute(`CREATE TABLE ${table} (${definitions.join(', ')})`);
      // Whoever fills the chunk is told of a failure; until then nobody listens.
      created.catch(() => undefined);
      const chunk: Chunk = { owner, table, columns, pieces: new Map(), bytes: 0, lastUse: clock };
      filling.add(chunk);
      return { chunk, created };
    },
    put(chunk) {
      filling.delete(chunk);
      complete.add(chunk);
    },
    begin() {
      clock++;
    },
    use(chunk) {
      chunk.lastUse = clock;
    },
    async evict() {
      let total = [...complete, ...filling].reduce((bytes, chunk) => bytes + chunk.bytes, 0);
      const unused = [...complete].filter((chunk) => chunk.lastUse < clock);
      for (const chunk of unused.sort((a, b) => a.lastUse - b.lastUse)) {
        if (total <= budget) return;
        total -= chunk.bytes;
        await drop(chunk);
      }
    },
  };
}

async function clear(engine: Engine): Promise<void> {
  const tables = await engine.execute(
    `SELECT table_name AS name FROM duckdb_tables() WHERE database_name = '${RESIDENT_CATALOG}'`,
  );
  for (const name of tables.getChild('name') ?? []) {
    await engine.execute(`DROP TABLE ${RESIDENT_CATALOG}.main.${quoteIdentifier(String(name))}`);
  }
}
