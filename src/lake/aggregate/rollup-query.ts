import { ROLLUP_COLUMNS, ROW_COUNT, type RollupGrain } from '@tidelake/lake-format';
import { sameName, type LakeSchema } from '../lake-schema';
import type { Predicate } from '../predicate';
import { quoteIdentifier, quoteLiteral } from '../sql-identifier';
import { isConstantInBucket, nameOfColumn, type BucketScope } from './bucket-constant';
import type { Decomposition } from './decompose';
import { bucketWidth, type RollupColumns } from './rollup-columns';
import { readCondition, splitConjunction } from './row-condition';
import { isWord, sqlOf, type SqlToken } from './sql-token';
import type { DecomposedAggregate } from './states-sql';

/** How the states of a statement come from a tier of rollups. */
export interface RollupQuery {
  grain: RollupGrain;
  /** Columns of rollup parts that are needed. */
  columns: string[];
  /** The states of the buckets in a table with the columns of rollup parts. @param stations whose buckets count */
  statesSql(table: string, stations: readonly string[]): string;
}

/** Columns that a tier has under names of our own while it stands for the lake. */
const OWN = {
  variable: 'tidelake_variable',
  [ROLLUP_COLUMNS.n]: 'tidelake_n',
  [ROLLUP_COLUMNS.sum]: 'tidelake_sum',
  [ROLLUP_COLUMNS.min]: 'tidelake_min',
  [ROLLUP_COLUMNS.max]: 'tidelake_max',
  [ROLLUP_COLUMNS.firstTime]: 'tidelake_first',
  [ROLLUP_COLUMNS.lastTime]: 'tidelake_last',
} as const;

/** What is left of a condition once it is known to hold for whole buckets or for none of their rows. */
interface BucketCondition {
  terms: SqlToken[][];
  /** Variables that must not be null. */
  filled: string[];
  /** Variables whose flags it speaks of. */
  flagged: string[];
}

/**
 * Reads whether a tier's buckets answer a statement exactly: its groups and conditions do not divide any, and it asks for
 * counts, sums, means and ends of measured values as they are. Undefined where they do not, or that is not sure.
 */
export function readRollupQuery(
  divided: Decomposition,
  grain: RollupGrain,
  names: RollupColumns,
  schema: LakeSchema,
): RollupQuery | undefined {
  const device = names.device === undefined ? [] : [names.device];
  const constants = [names.station, ...device, ...names.calendar.map(({ name }) => name)];
  const scope: BucketScope = { grain, time: names.time, constants };
  if (!divided.keys.every(({ tokens }) => isConstantInBucket(tokens, scope))) return undefined;
  const where = readBucketCondition(divided.where, scope, names, schema);
  if (where === undefined) return undefined;
  const only = onlyVariable(where, divided.keys.length > 0);
  if (only === undefined) return undefined;
  const states = divided.aggregates.map((aggregate) => stateOf(aggregate, scope, names, schema, only));
  if (states.some((state) => state === undefined)) return undefined;
  const known = states.filter((state) => state !== undefined);
  // Rows are in a group whatever is null in them, which their count tells.
  const base = only.rows ?? (only.flags === undefined ? [ROW_COUNT] : []);
  const variables = [...new Set([base, known.map(({ variable }) => variable)].flat())];
  const columns = [...new Set(known.flatMap((state) => state.columns))];
  const flags = names.variables.flatMap(({ flag }) => flag ?? []);
  const conditions = where.terms.map((term) => `(${sqlOf(term)})`);

  function bucketsSql(table: string, stations: readonly string[]): string {
    const list = [
      `${ROLLUP_COLUMNS.station} AS ${quoteIdentifier(names.station)}`,
      `${ROLLUP_COLUMNS.time}::TIMESTAMP AS ${quoteIdentifier(names.time)}`,
      ...(names.device === undefined ? [] : [`${ROLLUP_COLUMNS.device} AS ${quoteIdentifier(names.device)}`]),
      ...names.calendar.map(
        ({ name, part }) => `${part}(${ROLLUP_COLUMNS.time}::TIMESTAMP) AS ${quoteIdentifier(name)}`,
      ),
      ...flags.map((flag) => `${ROLLUP_COLUMNS.flag} AS ${quoteIdentifier(flag)}`),
      `lower(${ROLLUP_COLUMNS.variable}) AS ${OWN.variable}`,
      ...columns.map((column) => `${asLakeType(column)} AS ${ownName(column)}`),
    ];
    const isOf = `lower(${ROLLUP_COLUMNS.variable}) IN (${variables.map((name) => quoteLiteral(name.toLowerCase())).join(', ')})`;
    return `SELECT ${list.join(', ')} FROM ${table}
      WHERE ${isOf} AND ${ROLLUP_COLUMNS.station} IN (${stations.map(quoteLiteral).join(', ')})`;
  }

  return {
    grain,
    columns: [
      ...[ROLLUP_COLUMNS.station, ROLLUP_COLUMNS.variable, ROLLUP_COLUMNS.device, ROLLUP_COLUMNS.flag],
      ...[ROLLUP_COLUMNS.time, ...columns],
    ],
    statesSql(table, stations) {
      const list = [
        ...divided.keys.map(({ name, tokens }) => `${sqlOf(tokens)} AS ${name}`),
        ...known.flatMap(({ sql }) => sql),
      ];
      const condition = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      const groups = divided.keys.map((_, index) => index + 1).join(', ');
      const select = `SELECT ${list.length === 0 ? '1' : list.join(', ')} FROM (${bucketsSql(table, stations)})${condition}`;
      return groups === '' ? select : `${select} GROUP BY ${groups}`;
    },
  };
}

function ownName(column: string): string {
  return Object.entries(OWN).find(([name]) => name === column)?.[1] ?? column;
}

/** Times inside the page are UTC without a zone. */
function asLakeType(column: string): string {
  const isTime = column === ROLLUP_COLUMNS.firstTime || column === ROLLUP_COLUMNS.lastTime;
  return isTime ? `${column}::TIMESTAMP` : quoteIdentifier(column);
}

/** The variable whose values alone are in the rows, or whose flags they have; neither where the rows are all of them. */
interface OnlyVariable {
  rows?: string;
  flags?: string;
}

/**
 * Buckets of values do not tell of rows with a flag and no value. So a condition on flags must leave no such rows, or
 * there must be no groups that such rows could make.
 */
function onlyVariable({ filled, flagged }: BucketCondition, hasKeys: boolean): OnlyVariable | undefined {
  const [rows, ...moreRows] = filled;
  const [flags, ...moreFlags] = flagged;
  if (moreRows.length > 0 || moreFlags.length > 0) return undefined;
  if (rows !== undefined) return flags === undefined || flags === rows ? { rows } : undefined;
  if (flags === undefined) return {};
  return hasKeys ? undefined : { flags };
}

function readBucketCondition(
  tokens: readonly SqlToken[],
  scope: BucketScope,
  names: RollupColumns,
  schema: LakeSchema,
): BucketCondition | undefined {
  const condition: BucketCondition = { terms: [], filled: [], flagged: [] };
  if (tokens.length === 0) return condition;
  const flags = names.variables.flatMap(({ flag }) => flag ?? []);
  for (const term of splitConjunction(tokens)) {
    const filled = notNullColumn(term);
    const variable = filled && names.variables.find(({ name }) => sameName(name, filled))?.name;
    if (variable !== undefined) condition.filled.push(variable);
    // No bucket has rows without a time.
    else if (filled !== undefined && sameName(filled, names.time)) continue;
    else if (
      isConstantInBucket(term, { ...scope, constants: [...scope.constants, ...flags] }) ||
      isOfWholeBuckets(readCondition(term, schema), scope)
    ) {
      condition.terms.push(term);
      for (const { name, flag } of names.variables) {
        const isNamed =
          flag !== undefined && term.some((token) => token.kind === 'column' && sameName(nameOfColumn(token), flag));
        if (isNamed) condition.flagged.push(name);
      }
    } else return undefined;
  }
  return { ...condition, filled: [...new Set(condition.filled)], flagged: [...new Set(condition.flagged)] };
}

/** The column of `… IS NOT NULL`. */
function notNullColumn([column, is, not, nothing, ...rest]: readonly SqlToken[]): string | undefined {
  const isTest = isWord(is, 'is') && isWord(not, 'not') && isWord(nothing, 'null') && rest.length === 0;
  return column?.kind === 'column' && isTest ? nameOfColumn(column) : undefined;
}

/** Whether a condition on time begins and ends where buckets do. */
function isOfWholeBuckets(condition: Predicate | undefined, { grain, time }: BucketScope): boolean {
  if (condition === undefined) return false;
  const terms = condition.kind === 'and' ? condition.terms : [condition];
  return terms.every(
    (term) =>
      term.kind === 'compare' &&
      sameName(term.column, time) &&
      (term.comparison === '>=' || term.comparison === '<') &&
      term.literal.type === 'timestamp' &&
      term.literal.value % bucketWidth(grain) === 0,
  );
}

/** The states of an aggregate, of the buckets of one variable. */
interface RollupState {
  variable: string;
  columns: string[];
  sql: string[];
}

function stateOf(
  { call, states }: DecomposedAggregate,
  scope: BucketScope,
  names: RollupColumns,
  schema: LakeSchema,
  only: OnlyVariable,
): RollupState | undefined {
  const [argument, ...others] = call.args;
  const [column, ...more] = argument ?? [];
  if (call.distinct || others.length > 0 || more.length > 0) return undefined;
  if (argument !== undefined && column?.kind !== 'column') return undefined;
  const asked = column && nameOfColumn(column);
  const variable = asked === undefined ? undefined : names.variables.find(({ name }) => sameName(name, asked))?.name;
  const isOfRows = asked === undefined || sameName(asked, names.time);
  const rows = only.rows ?? (only.flags === undefined ? ROW_COUNT : undefined);
  const of = isOfRows ? rows : variable;
  if (of === undefined || (!isOfRows && of !== (only.rows ?? only.flags ?? of))) return undefined;
  const filter = call.filter === undefined ? undefined : readBucketCondition(call.filter, scope, names, schema);
  if (call.filter !== undefined && filter === undefined) return undefined;
  const { terms = [], filled = [], flagged = [] } = filter ?? {};
  if ([...filled, ...flagged].some((name) => name !== of)) return undefined;
  const values = isOfRows ? valuesOfRows(call.name) : valuesOfVariable(call.name);
  if (values?.length !== states.length || (asked === undefined && call.name !== 'count')) return undefined;
  const conditions = [
    `${OWN.variable} = ${quoteLiteral(of.toLowerCase())}`,
    ...terms.map((term) => `(${sqlOf(term)})`),
  ];
  return {
    variable: of,
    columns: values.map(({ column: value }) => value),
    sql: values.map(({ how, column: value }, index) => {
      const merged = `${how}(${ownName(value)}) FILTER (WHERE ${conditions.join(' AND ')})`;
      const isCount = value === ROLLUP_COLUMNS.n;
      return `${isCount ? `coalesce(${merged}, 0)::BIGINT` : merged} AS ${states[index]?.name ?? ''}`;
    }),
  };
}

interface MergedColumn {
  how: 'sum' | 'min' | 'max';
  column: string;
}

const COUNT: MergedColumn = { how: 'sum', column: ROLLUP_COLUMNS.n };

/** What gives the states of a function of a variable, in their order. Squares are not used: their sums lose digits. */
function valuesOfVariable(name: string): MergedColumn[] | undefined {
  const sum: MergedColumn = { how: 'sum', column: ROLLUP_COLUMNS.sum };
  const functions: Record<string, MergedColumn[]> = {
    count: [COUNT],
    sum: [sum],
    avg: [COUNT, sum],
    mean: [COUNT, sum],
    min: [{ how: 'min', column: ROLLUP_COLUMNS.min }],
    max: [{ how: 'max', column: ROLLUP_COLUMNS.max }],
  };
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** The same of the rows' time; counts are of the rows themselves. */
function valuesOfRows(name: string): MergedColumn[] | undefined {
  const functions: Record<string, MergedColumn[]> = {
    count: [COUNT],
    min: [{ how: 'min', column: ROLLUP_COLUMNS.firstTime }],
    max: [{ how: 'max', column: ROLLUP_COLUMNS.lastTime }],
  };
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
