import type { ColumnType } from '@tidelake/lake-format';
import {
  allocateValues,
  copyValues,
  describedColumn,
  fillNull,
  isNullAt,
  NULL_BIGINT,
  type ColumnValues,
  type RowColumn,
} from './column-values';

/** Rows of one file, by column. */
export interface SourceRows {
  /** For people, where it does not fit the others. */
  path: string;
  count: number;
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
}

/** Rows of several files over the columns of all. */
export interface UnitedRows {
  count: number;
  columns: RowColumn[];
  values: ColumnValues[];
}

/** Two files that have a column as types that no type holds both of. */
export class SchemaClash extends Error {
  /** @param one the type of the column in a file, in words */
  constructor(column: string, one: { path: string; type: string }, other: { path: string; type: string }) {
    super(`${one.path} has ${column} as ${one.type}, ${other.path} as ${other.type}`);
    this.name = 'SchemaClash';
  }
}

/** Doubles hold every integer up to here. */
const EXACT = 2n ** 53n;

const NUMBERS: readonly ColumnType[] = ['integer', 'float', 'bigint', 'double'];

/**
 * The type that holds every value of two; undefined where none does. A BIGINT becomes a DOUBLE only together with
 * fractions, and then its values have to be exact.
 */
export function widerType(one: ColumnType, other: ColumnType): ColumnType | undefined {
  if (one === other) return one;
  if (!NUMBERS.includes(one) || !NUMBERS.includes(other)) return undefined;
  const types = [one, other];
  return types.includes('double') || types.includes('float') ? 'double' : 'bigint';
}

/**
 * Puts the rows of files below one another, columns united by name and widened where their types differ. The order of
 * columns and what is said of them depend on what the files have, not on the order they are given in.
 * @param first columns that come first, in this order, where a file has them
 * @throws SchemaClash where types do not go together
 */
export function uniteRows(files: readonly SourceRows[], first: readonly string[]): UnitedRows {
  const count = files.reduce((sum, file) => sum + file.count, 0);
  const columns: RowColumn[] = [];
  const values: ColumnValues[] = [];
  for (const name of columnOrder(files, first)) {
    const column = unitedColumn(name, files);
    const [only] = files;
    const whole = files.length === 1 ? only?.values[only.columns.findIndex((own) => own.name === name)] : undefined;
    if (whole !== undefined) {
      columns.push(column);
      values.push(whole);
      continue;
    }
    const united = allocateValues(column.type, count);
    let at = 0;
    for (const file of files) {
      const index = file.columns.findIndex((own) => own.name === name);
      const own = file.values[index];
      if (own === undefined) fillNull(united, at, at + file.count);
      else copyWidened(own, file.columns[index]?.type ?? column.type, united, at, { name, path: file.path });
      at += file.count;
    }
    columns.push(column);
    values.push(united);
  }
  return { count, columns, values };
}

/** Names as the files have them: those of the schema with most columns first, whichever file has it. */
function columnOrder(files: readonly SourceRows[], first: readonly string[]): string[] {
  const schemas = new Map(
    files.map(({ columns }) => {
      const names = columns.map(({ name }) => name);
      return [JSON.stringify(names), names] as const;
    }),
  );
  const ordered = [...schemas].sort(
    ([one, names], [other, otherNames]) => otherNames.length - names.length || (one < other ? -1 : 1),
  );
  const all = new Set(ordered.flatMap(([, names]) => names));
  return [...new Set([...first.filter((name) => all.has(name)), ...all])];
}

function unitedColumn(name: string, files: readonly SourceRows[]): RowColumn {
  const having = files.flatMap((file) => {
    const index = file.columns.findIndex((column) => column.name === name);
    const [column, values] = [file.columns[index], file.values[index]];
    return column === undefined || values === undefined ? [] : [{ column, values, path: file.path }];
  });
  // A column without a value fits every type: collectors cannot tell the type of what they have not measured yet.
  const telling = having.filter(({ values }) => !isEmpty(values));
  const common = telling.length > 0 ? commonType(name, telling) : leastType(having.map(({ column }) => column));
  if (common === undefined) throw new Error(`no file has the column ${name}`);
  const described = having
    .map(({ column }) => ({ column, text: JSON.stringify(describedColumn(column)) }))
    .sort((one, other) => other.text.length - one.text.length || (one.text < other.text ? -1 : 1));
  return { name, role: 'about', ...described[0]?.column, ...common };
}

/** What of a column says how its values are kept. */
type ColumnKind = Pick<RowColumn, 'type' | 'dictionary' | 'foreign'>;

function commonType(name: string, having: readonly { path: string; column: RowColumn }[]): ColumnKind | undefined {
  let common: { path: string; column: ColumnKind } | undefined;
  for (const { path, column } of having) {
    const before = common?.column ?? column;
    const isAlike = before.foreign?.name === column.foreign?.name;
    const type = isAlike ? widerType(before.type, column.type) : undefined;
    if (type === undefined) {
      throw new SchemaClash(
        name,
        { path: common?.path ?? path, type: kindName(before) },
        { path, type: kindName(column) },
      );
    }
    if (type !== common?.column.type) common = { path, column: kindOf(column, type) };
  }
  return common?.column;
}

function kindOf({ dictionary, foreign }: ColumnKind, type: ColumnType): ColumnKind {
  return { type, dictionary: type === 'text' ? dictionary : undefined, foreign: type === 'text' ? foreign : undefined };
}

function kindName({ type, foreign }: ColumnKind): string {
  return foreign?.name ?? type;
}

/** One type whatever the order of files. */
function leastType(columns: readonly RowColumn[]): ColumnKind | undefined {
  const [least] = [...columns].sort((one, other) => (kindName(one) < kindName(other) ? -1 : 1));
  return least && kindOf(least, least.type);
}

/** Values as another type has them; undefined where it does not hold them all. */
export function widened(values: ColumnValues, from: ColumnType, to: ColumnType): ColumnValues | undefined {
  if (from === to) return values;
  const result = allocateValues(to, values.length);
  fillNull(result, 0, result.length);
  if (isEmpty(values)) return result;
  if (widerType(from, to) !== to) return undefined;
  try {
    copyWidened(values, from, result, 0, { name: '', path: '' });
    return result;
  } catch (error) {
    if (error instanceof SchemaClash) return undefined;
    throw error;
  }
}

function isEmpty(values: ColumnValues): boolean {
  for (let row = 0; row < values.length; row++) if (!isNullAt(values, row)) return false;
  return true;
}

function copyWidened(
  from: ColumnValues,
  type: ColumnType,
  to: ColumnValues,
  at: number,
  about: { name: string; path: string },
): void {
  if (from.constructor === to.constructor) copyValues(from, to, at);
  else if (to instanceof BigInt64Array) {
    for (let row = 0; row < from.length; row++) {
      to[at + row] = isNullAt(from, row) ? NULL_BIGINT : BigInt(from[row] ?? 0);
    }
  } else if (from instanceof BigInt64Array && to instanceof Float64Array) {
    for (let row = 0; row < from.length; row++) {
      const value = from[row] ?? 0n;
      const isNull = value === NULL_BIGINT;
      if (!isNull && (value > EXACT || value < -EXACT)) {
        throw new SchemaClash(about.name, { path: about.path, type }, { path: 'another file', type: 'double' });
      }
      to[at + row] = isNull ? Number.NaN : Number(value);
    }
  } else if (from instanceof Float32Array && to instanceof Float64Array) to.set(from, at);
  else fillNull(to, at, at + from.length);
}
