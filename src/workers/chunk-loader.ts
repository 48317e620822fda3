import type { PartitionKey } from '@tidelake/lake-format';
import { DataType, type Schema } from 'apache-arrow';
import { partitionColumnType, sameName } from '../lake/lake-schema';
import type { LakeColumn } from '../lake/lake-schema';
import { LakeError } from '../lake/lake-error';
import type { LakeFile } from '../lake/partition-walk';
import { quoteIdentifier, quoteLiteral } from '../lake/sql-identifier';
import { duckdbTypeOf } from './arrow-type';
import type { DecodedRows } from './decoder-protocol';
import { STAGING_CATALOG } from './engine';
import type { Engine } from './engine';
import type { FilePiece } from './file-piece';
import { fitsInto } from './file-types';
import { joinIpcStreams, joinKey, readIpcSchema } from './ipc';
import type { ClashOf } from './schema-clash';

/** A piece of a file that has been fetched and decoded. */
export interface LoadedPiece extends FilePiece, DecodedRows {}

interface NumberedPiece extends LoadedPiece {
  number: number;
}

/** Pieces whose streams have one schema; without one where none of the columns asked for is in them. */
interface Group {
  schema?: Schema;
  pieces: NumberedPiece[];
}

const BATCH = 'batch';
const PIECES = 'pieces';

/**
 * Inserts pieces of files into a chunk's table: their number, their columns in the lake's types, null for those they lack, and
 * the values of their folders.
 */
export async function insertPieces(
  engine: Engine,
  target: string,
  pieces: NumberedPiece[],
  columns: LakeColumn[],
  keys: PartitionKey[],
  clashOf: ClashOf,
): Promise<void> {
  await stageGroups(engine, pieces, columns, keys, clashOf, async ({ schema }) => {
    const list = [
      'f.number',
      ...columnsSql(schema, columns),
      ...keys.map((key, index) => named(`f.p${index}`, key.name)),
    ];
    await engine.execute(`INSERT INTO ${target} SELECT ${list.join(', ')} FROM ${pairedSql(schema, keys)}`);
  });
}

/**
 * Hands over the rows of pieces without keeping them: for each stretch of pieces with one schema a SELECT of the columns
 * asked for and the values of their folders, which is good until the promise that it is answered with settles.
 */
export async function passPieces(
  engine: Engine,
  pieces: LoadedPiece[],
  columns: LakeColumn[],
  keys: PartitionKey[],
  clashOf: ClashOf,
  use: (select: string) => Promise<void>,
): Promise<void> {
  const numbered = pieces.map((piece) => ({ ...piece, number: 0 }));
  await stageGroups(engine, numbered, columns, keys, clashOf, async ({ schema, pieces: staged }) => {
    const folders = new Set(staged.map(({ file }) => keys.map((key) => partitionLiteral(file, key)).join(', ')));
    const [first] = staged;
    // Of one folder the values are constants, which spares the pairing.
    const isOneFolder = schema !== undefined && folders.size === 1 && first !== undefined;
    const values = keys.map((key, index) =>
      isOneFolder
        ? named(`CAST(${partitionLiteral(first.file, key)} AS ${partitionColumnType(key)})`, key.name)
        : named(`f.p${index}`, key.name),
    );
    const source = isOneFolder ? `${STAGING_CATALOG}.main.${BATCH} b` : pairedSql(schema, keys);
    const list = [...columnsSql(schema, columns), ...values];
    await use(`SELECT ${list.length === 0 ? '1' : list.join(', ')} FROM ${source}`);
  });
}

/**
 * Arrow streams are staged without file or folder columns, so the rows of the staging table are paired by position with a
 * list of pieces that repeats each piece once a row: as quick as a plain copy, where a join on row ranges takes five
 * times as long for small files.
 */
async function stageGroups(
  engine: Engine,
  pieces: NumberedPiece[],
  columns: LakeColumn[],
  keys: PartitionKey[],
  clashOf: ClashOf,
  use: (group: Group) => Promise<void>,
): Promise<void> {
  for (const group of groupBySchema(pieces)) {
    await stagePieces(engine, group.pieces, keys);
    if (group.schema) {
      // All have the same types.
      for (const { file } of group.pieces.slice(0, 1)) checkTypes(group.schema, columns, file, clashOf);
      await engine.stage(BATCH, joinIpcStreams(group.pieces.flatMap(({ ipc }) => (ipc ? [ipc] : []))));
      await checkStaged(engine, group.pieces);
    }
    await use(group);
  }
  await engine.execute(`DROP TABLE IF EXISTS ${STAGING_CATALOG}.main.${BATCH}`);
}

function groupBySchema(pieces: NumberedPiece[]): Group[] {
  const groups = new Map<string, Group>();
  const keys = new Map<Schema, string | undefined>();
  const keyOf = (schema: Schema) => {
    if (!keys.has(schema)) keys.set(schema, joinKey(schema));
    return keys.get(schema);
  };
  pieces
    .filter((piece) => piece.rows > 0)
    .forEach((piece, index) => {
      const schema = piece.ipc ? readIpcSchema(piece.ipc) : undefined;
      const key = schema ? (keyOf(schema) ?? `alone ${index}`) : 'rows only';
      const group = groups.get(key);
      if (group) group.pieces.push(piece);
      else groups.set(key, schema ? { schema, pieces: [piece] } : { pieces: [piece] });
    });
  return [...groups.values()];
}

function checkTypes(schema: Schema, columns: LakeColumn[], file: LakeFile, clashOf: ClashOf): void {
  for (const field of schema.fields) {
    const column = columns.find(({ name }) => sameName(name, field.name));
    const type = duckdbTypeOf(field.type) ?? String(field.type);
    if (column && !fitsInto(type, column.duckdbType)) throw clashOf(column, file, type);
  }
}

async function stagePieces(engine: Engine, pieces: NumberedPiece[], keys: PartitionKey[]): Promise<void> {
  const names = ['number', 'rows', ...keys.map((_, index) => `p${index}`)];
  const types = ['INTEGER', 'BIGINT', ...keys.map(partitionColumnType)];
  const definitions = names.map((name, index) => `${name} ${types[index]}`).join(', ');
  const rows = pieces.map(
    ({ file, number, rows: count }) =>
      `(${[number, count, ...keys.map((key) => partitionLiteral(file, key))].join(', ')})`,
  );
  await engine.execute(
    `DROP TABLE IF EXISTS ${STAGING_CATALOG}.main.${BATCH};
     CREATE OR REPLACE TABLE ${STAGING_CATALOG}.main.${PIECES} (${definitions});
     INSERT INTO ${STAGING_CATALOG}.main.${PIECES} VALUES ${rows.join(', ')}`,
  );
}

function partitionLiteral(file: LakeFile, key: PartitionKey): string {
  const name = Object.keys(file.partition).find((folder) => sameName(folder, key.name));
  const value = name === undefined ? null : (file.partition[name] ?? null);
  if (value === null) return 'NULL';
  if (key.type === 'text') return quoteLiteral(value);
  if (/^[+-]?\d{1,18}$/.test(value)) return String(BigInt(value));
  throw new LakeError({
    code: 'schema-clash',
    message: `The folder ${key.name}=${value} of ${file.key} is not a whole number, as other folders of ${key.name} are.`,
    advice: 'Rename the folder, or describe the lake in _tidelake/lake.json with this key as text.',
  });
}

/** Pairing by position would pad the shorter side with nulls. */
async function checkStaged(engine: Engine, pieces: NumberedPiece[]): Promise<void> {
  const counted = await engine.execute(`SELECT count(*)::DOUBLE AS n FROM ${STAGING_CATALOG}.main.${BATCH}`);
  const expected = pieces.reduce((sum, piece) => sum + piece.rows, 0);
  const staged = Number(counted.getChild('n')?.get(0));
  if (staged === expected) return;
  throw new LakeError({
    code: 'unexpected',
    message: `${staged} of ${expected} decoded rows reached the engine.`,
    advice: 'Run the query again; if it happens again, please report it.',
  });
}

function columnsSql(schema: Schema | undefined, columns: LakeColumn[]): string[] {
  return columns.map(({ name, duckdbType }) => {
    const field = schema?.fields.find((candidate) => sameName(candidate.name, name));
    if (field === undefined) return named(`CAST(NULL AS ${duckdbType})`, name);
    const value = `b.${quoteIdentifier(field.name)}`;
    // DuckDB has no cast of its own from a time with a zone to nanoseconds.
    const isZoned = DataType.isTimestamp(field.type) && Boolean(field.type.timezone);
    const plain = isZoned ? `CAST(${value} AS TIMESTAMP)` : value;
    return named(`CAST(${plain} AS ${duckdbType})`, name);
  });
}

function named(expression: string, name: string): string {
  return `${expression} AS ${quoteIdentifier(name)}`;
}

/** Staged rows, as `b`, beside their pieces, as `f`. */
function pairedSql(schema: Schema | undefined, keys: PartitionKey[]): string {
  const names = ['number', ...keys.map((_, index) => `p${index}`)];
  const repeated = `SELECT ${names.join(', ')}, unnest(range(rows)) FROM ${STAGING_CATALOG}.main.${PIECES}`;
  return `${schema ? `${STAGING_CATALOG}.main.${BATCH} b POSITIONAL JOIN ` : ''}(${repeated}) f`;
}
