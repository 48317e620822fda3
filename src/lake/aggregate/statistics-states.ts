import { columnsOf, type Predicate } from '../predicate';
import { withinBounds, type ColumnBounds } from '../column-bounds';
import { boundsWithin, type PartitionValues } from '../folder';
import { sameName, tableColumns, partitionColumnType, type LakeSchema } from '../lake-schema';
import { quoteIdentifier, quoteLiteral } from '../sql-identifier';
import type { Decomposition } from './decompose';
import type { KnownFile } from './known-file';
import { readCondition } from './row-condition';
import { isSymbol, isWord, sqlOf, type SqlToken } from './sql-token';
import type { DecomposedAggregate, GroupKey } from './states-sql';

/** A file of which something is known without its data. */
export interface StatisticsFile {
  /** Its place among the files that were asked about. */
  number: number;
  partition: PartitionValues;
  known: KnownFile;
}

/** A column of a table of files, and what makes it of its type. */
export interface FileColumn {
  name: string;
  kind: 'number' | 'text';
  values: (number | string | null)[];
  sql: string;
}

/** How the states of a statement come from statistics of files. */
export interface StatisticsQuery {
  /** Columns inside the files that statistics are needed of. */
  columns: string[];
  /** Whether groups may divide a file, which {@link StatisticsQuery.wholeFilesSql} tells. */
  mayDivide: boolean;
  /** Whether a file's statistics tell the states of its rows, as far as its groups allow. */
  decides(file: StatisticsFile): boolean;
  /** A table of the decided files. */
  fileColumns(files: readonly StatisticsFile[]): FileColumn[];
  /** The numbers of those among them that lie in one group as a whole. */
  wholeFilesSql(table: string): string;
  /** The states of the files of the table, which all are such. */
  statesSql(table: string): string;
}

const NUMBER = 'tidelake_file';
const ROWS = 'tidelake_rows';

/**
 * Reads whether statistics of files can answer a statement: where it counts, or asks for the least or greatest, of
 * columns as they are, in groups that whole files lie in, under a condition that is understood exactly. Undefined where they cannot.
 */
export function readStatisticsQuery(divided: Decomposition, schema: LakeSchema): StatisticsQuery | undefined {
  const condition = readCondition(divided.where, schema);
  const states = divided.aggregates.map((aggregate) => stateOf(aggregate, schema));
  const guards = divided.keys.map((key) => guardsOf(key, schema));
  if (condition === undefined || states.includes(undefined) || guards.includes(undefined)) return undefined;
  const list = states.filter((state) => state !== undefined);
  const guardList = guards.flatMap((guard) => guard ?? []);
  const inFiles = (name: string) => !isPartitionKey(name, schema);
  const grouped = divided.keys.flatMap(({ tokens }) => columnNames(tokens)).filter(inFiles);
  const counted = list.flatMap(({ counts }) => counts ?? []).filter(inFiles);
  const ended = list.flatMap(({ ends }) => ends ?? []).filter(inFiles);
  const columns = [...new Set([...grouped, ...counted, ...ended])];
  const nameOf = (end: string, column: string) => `tidelake_${end}_${columns.indexOf(column)}`;
  const keyNames = schema.partitionKeys.map(({ name }) => quoteIdentifier(name));
  const asRow = (end: 'min' | 'max') =>
    columns.map((column) => `${nameOf(end, column)} AS ${quoteIdentifier(column)}`).join(', ');
  const rowsOf = (table: string, end: 'min' | 'max') =>
    `SELECT ${[
      NUMBER,
      ROWS,
      ...keyNames,
      asRow(end),
      ...columns.flatMap((column) => ['min', 'max', 'nulls'].map((what) => nameOf(what, column))),
    ]
      .filter((part) => part !== '')
      .join(', ')} FROM ${table}`;

  return {
    columns,
    mayDivide: guardList.length > 0,
    decides: (file) => {
      if (file.known.rows === 0 || !holdsThroughout(condition, file, schema)) return false;
      const hasEnds = (column: string) => {
        const { min, max, nulls } = file.known.column(column);
        return nulls === file.known.rows || (min !== undefined && max !== undefined);
      };
      const isFull = (column: string) => file.known.column(column).nulls === 0 && hasEnds(column);
      return (
        grouped.every(isFull) &&
        ended.every(hasEnds) &&
        counted.every((column) => file.known.column(column).nulls !== undefined) &&
        schema.partitionKeys.every(({ name }) => file.partition[name] !== undefined)
      );
    },
    fileColumns: (files) => fileColumns(files, columns, schema, nameOf),
    wholeFilesSql: (table) => {
      const list = ['0', ...guardList].join(', ');
      const ends = (end: 'min' | 'max') => `SELECT ${NUMBER}, ROW(${list}) AS g FROM (${rowsOf(table, end)})`;
      return `SELECT a.${NUMBER} AS number FROM (${ends('min')}) a JOIN (${ends('max')}) b USING (${NUMBER}) WHERE a.g = b.g`;
    },
    statesSql: (table) => {
      const select = [
        ...divided.keys.map(({ name, tokens }) => `${sqlOf(tokens)} AS ${name}`),
        ...list.map(({ name, sql }) => `${sql(nameOf)} AS ${name}`),
      ];
      const groups = divided.keys.map((_, index) => index + 1).join(', ');
      return `SELECT ${select.join(', ')} FROM (${rowsOf(table, 'min')})${groups && ` GROUP BY ${groups}`}`;
    },
  };
}

/** A state of an aggregate, of a table of files. */
interface StatisticsState {
  name: string;
  /** The column whose NULLs, or whose ends, it needs. */
  counts?: string;
  ends?: string;
  sql(nameOf: (end: string, column: string) => string): string;
}

function stateOf({ call, states }: DecomposedAggregate, schema: LakeSchema): StatisticsState | undefined {
  const [state] = states;
  const [argument, ...others] = call.args;
  const [only, ...more] = argument ?? [];
  if (state === undefined || call.filter || call.distinct || others.length > 0) return undefined;
  const { name } = state;
  if (call.name === 'count' && argument === undefined) return { name, sql: () => `sum(${ROWS})::BIGINT` };
  if (only?.kind !== 'column' || more.length > 0) return undefined;
  const column = nameOfColumn(only, schema);
  const isKey = isPartitionKey(column, schema);
  const quoted = quoteIdentifier(column);
  switch (call.name) {
    case 'count':
      return {
        name,
        counts: column,
        sql: (nameOf) =>
          isKey
            ? `sum(CASE WHEN ${quoted} IS NULL THEN 0 ELSE ${ROWS} END)::BIGINT`
            : `sum(${ROWS} - ${nameOf('nulls', column)})::BIGINT`,
      };
    case 'min':
    case 'max':
      return { name, ends: column, sql: (nameOf) => `${call.name}(${isKey ? quoted : nameOf(call.name, column)})` };
    default:
      return undefined;
  }
}

/** What must be the same at both ends of a file's times for all its rows to be in one group; undefined where nothing tells. */
function guardsOf({ tokens }: GroupKey, schema: LakeSchema): string[] | undefined {
  const names = columnNames(tokens).filter((name) => !isPartitionKey(name, schema));
  const [column, ...others] = names;
  if (column === undefined) return [];
  if (others.length > 0) return undefined;
  const type = tableColumns(schema).find(({ name }) => sameName(name, column))?.duckdbType;
  if (type !== 'TIMESTAMP') return undefined;
  const quoted = quoteIdentifier(column);
  const at = tokens.findIndex(({ kind }) => kind === 'column');
  const [first, open, argument, comma] = tokens;
  const isCast = at === 0 && isSymbol(tokens[1], '::') && isWord(tokens[2], 'date') && tokens.length === 3;
  // These never fall while time goes on.
  const isRising =
    (isWord(first, 'date_trunc') &&
      isSymbol(open, '(') &&
      argument?.kind === 'text' &&
      isSymbol(comma, ',') &&
      at === 4 &&
      tokens.length === 6) ||
    (isWord(first, 'time_bucket') &&
      isWord(argument, 'interval') &&
      isSymbol(tokens.at(-1), ')') &&
      at === tokens.length - 2) ||
    (isWord(first, 'year') && at === 2 && tokens.length === 4);
  if (tokens.length === 1 || isCast || isRising) return [sqlOf(tokens)];
  const parts: Record<string, string> = { month: 'month', quarter: 'quarter', day: 'day', dayofyear: 'day' };
  const unit = first?.kind === 'word' && tokens.length === 4 && at === 2 ? parts[first.name] : undefined;
  return [unit === undefined ? quoted : `date_trunc(${quoteLiteral(unit)}, ${quoted})`];
}

/** Whether each row of a file fulfils a condition. */
function holdsThroughout(condition: Predicate, { partition, known }: StatisticsFile, schema: LakeSchema): boolean {
  const ofFolder = boundsWithin(partition, schema);
  const boundsOf = (name: string): ColumnBounds | undefined => {
    if (isPartitionKey(name, schema)) return ofFolder(name);
    const { min, max, nulls } = known.column(name);
    const counted = nulls === 0 ? 'none' : nulls === known.rows ? 'all' : 'some';
    return { ...(min && { min }), ...(max && { max }), ...(nulls !== undefined && { nulls: counted }), nan: false };
  };
  return columnsOf(condition).every((name) => boundsOf(name)?.nulls === 'none' || isNullTest(condition, name))
    ? withinBounds(condition, boundsOf).kind === 'anything'
    : false;
}

/** Whether a condition asks of a column nothing but whether it is NULL. */
function isNullTest(condition: Predicate, name: string): boolean {
  if (condition.kind === 'and') return condition.terms.every((term) => isNullTest(term, name));
  return !('column' in condition) || condition.column !== name || condition.kind === 'null';
}

function fileColumns(
  files: readonly StatisticsFile[],
  columns: readonly string[],
  schema: LakeSchema,
  nameOf: (end: string, column: string) => string,
): FileColumn[] {
  const types = tableColumns(schema);
  const typeOf = (column: string) => types.find(({ name }) => sameName(name, column))?.duckdbType ?? 'VARCHAR';
  const whole = (name: string, values: (number | null)[]): FileColumn => ({
    ...{ name, kind: 'number', values, sql: `CAST(${name} AS BIGINT)` },
  });
  return [
    whole(
      NUMBER,
      files.map(({ number }) => number),
    ),
    whole(
      ROWS,
      files.map(({ known }) => known.rows),
    ),
    ...schema.partitionKeys.map((key): FileColumn => {
      const name = quoteIdentifier(key.name);
      const values = files.map(({ partition }) => partition[key.name] ?? null);
      return { name: key.name, kind: 'text', values, sql: `CAST(${name} AS ${partitionColumnType(key)})` };
    }),
    ...columns.flatMap((column) => {
      const known = files.map((file) => file.known.column(column));
      const end = (which: 'min' | 'max'): FileColumn => {
        const name = nameOf(which, column);
        const isTime = known.some((one) => one[which]?.type === 'timestamp');
        const value = isTime ? `make_timestamp(CAST(${name} AS BIGINT))` : name;
        const values = known.map((one) => numberOf(one[which]));
        return { name, kind: 'number', values, sql: `CAST(${value} AS ${typeOf(column)})` };
      };
      const nulls = known.map((one) => one.nulls ?? null);
      return [end('min'), end('max'), whole(nameOf('nulls', column), nulls)];
    }),
  ];
}

/** Whole numbers and microseconds, of which all are exact as doubles. */
function numberOf(literal: KnownLiteral): number | null {
  return literal?.type === 'number' || literal?.type === 'timestamp' ? literal.value : null;
}

type KnownLiteral = ReturnType<KnownFile['column']>['min'];

function isPartitionKey(name: string, { partitionKeys }: LakeSchema): boolean {
  return partitionKeys.some((key) => sameName(key.name, name));
}

function columnNames(tokens: readonly SqlToken[]): string[] {
  return [
    ...new Set(
      tokens.flatMap((token) => (token.kind === 'column' ? [token.text.slice(1, -1).replaceAll('""', '"')] : [])),
    ),
  ];
}

function nameOfColumn({ text }: SqlToken, schema: LakeSchema): string {
  const name = text.slice(1, -1).replaceAll('""', '"');
  return tableColumns(schema).find((column) => sameName(column.name, name))?.name ?? name;
}
