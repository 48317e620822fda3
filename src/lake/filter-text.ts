import { literalFor, loosened, type ReadLiteral } from './filter-literal';
import { depthsOf, tokensOf, type FilterToken } from './filter-token';
import type { LakeColumn } from './lake-schema';
import { textAfterPrefix } from './literal';
import { ROW_COLUMN } from './plan-table';
import { and, ANYTHING, NOTHING, or, type Comparison, type Predicate } from './predicate';

/** A column, or the column cast to a type. */
interface Operand {
  column: LakeColumn;
  castType?: string;
}

interface Reader {
  columns: Map<string, LakeColumn>;
  /** True inside an odd number of NOTs: the text is then to be read as its opposite. */
  negated: boolean;
}

const COMPARISONS: Record<string, Comparison> = { '=': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };
const MIRRORED: Record<Comparison, Comparison> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
// In DuckDB's total order (NaN is the greatest number) exactly one of each pair is true, unless a side is NULL.
const OPPOSITE: Record<Comparison, Comparison> = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/**
 * Reads a condition as DuckDB 1.4 prints it on a scan in `EXPLAIN (FORMAT JSON)`.
 * @param text one entry of `Filters`, or a FILTER's `Expression`, over a plan table
 * @param columns the lake's columns by what the plan calls them
 * @returns a predicate at least as wide as the condition: each part that is not understood lets every row through
 */
export function parseFilter(text: string, columns: Map<string, LakeColumn>): Predicate {
  const tokens = tokensOf(text);
  return tokens === undefined ? ANYTHING : readCondition(tokens, { columns, negated: false });
}

function readCondition(tokens: FilterToken[], reader: Reader): Predicate {
  const depths = depthsOf(tokens);
  if (depths === undefined) return ANYTHING;
  // A filter that is `optional:` follows from the query too: rows that fail it are not needed.
  if (isWord(tokens[0], 'optional') && isSymbol(tokens[1], ':')) return readCondition(tokens.slice(2), reader);
  const inner = insideBrackets(tokens, depths);
  if (inner !== undefined) return readCondition(inner, reader);

  const between = depths.findIndex((depth, index) => depth === 0 && isWord(tokens[index], 'BETWEEN'));
  if (between > 0) return readBetween(tokens, depths, between, reader);
  const joints = tokens.flatMap((token, index) =>
    depths[index] === 0 && (isWord(token, 'AND') || isWord(token, 'OR')) ? [index] : [],
  );
  if (joints.length > 0) {
    const terms = [...joints, tokens.length].map((end, index) =>
      readCondition(tokens.slice(index === 0 ? 0 : (joints[index - 1] ?? 0) + 1, end), reader),
    );
    const isAnd = joints.some((index) => isWord(tokens[index], 'AND'));
    const isOr = joints.some((index) => isWord(tokens[index], 'OR'));
    // Filters on a scan are joined without brackets. Where AND meets OR either may bind first; what fulfils one reading
    // or the other fulfils at least one term. Under a NOT nothing is left without brackets.
    if (isAnd && isOr) return reader.negated ? ANYTHING : or(...terms);
    return isAnd !== reader.negated ? and(...terms) : or(...terms);
  }
  if (isWord(tokens[0], 'NOT')) return readCondition(tokens.slice(1), { ...reader, negated: !reader.negated });
  return readTest(tokens, depths, reader);
}

/** Reads a condition without AND, OR and NOT at its top. */
function readTest(tokens: FilterToken[], depths: number[], reader: Reader): Predicate {
  const at = (test: (token: FilterToken | undefined) => boolean) =>
    depths.findIndex((depth, index) => depth === 0 && test(tokens[index]));
  const operator = at((token) => token?.kind === 'symbol' && token.text in COMPARISONS);
  if (operator > 0) {
    const comparison = COMPARISONS[textOf(tokens[operator])];
    return comparison === undefined
      ? ANYTHING
      : readComparison(tokens.slice(0, operator), comparison, tokens.slice(operator + 1), reader);
  }
  const is = at((token) => isWord(token, 'IS'));
  if (is > 0) return readIs(tokens.slice(0, is), tokens.slice(is + 1), reader);
  const within = at((token) => isWord(token, 'IN'));
  if (within > 0) return readIn(tokens.slice(0, within), tokens.slice(within + 1), reader);
  const like = at((token) => isSymbol(token, '~~') || isSymbol(token, '^@'));
  if (like > 0) {
    const pattern = tokens[like + 1];
    if (tokens.length !== like + 2 || pattern?.kind !== 'string') return ANYTHING;
    const isLike = isSymbol(tokens[like], '~~');
    return startsWith(operandOf(tokens.slice(0, like), reader), pattern.text, isLike ? /[%_]/ : /$^/, reader);
  }
  return readBare(tokens, reader);
}

/** A boolean by itself, or a call of a function that means "starts with". */
function readBare(tokens: FilterToken[], reader: Reader): Predicate {
  const [first, open, ...rest] = tokens;
  if (tokens.length === 1 && first?.kind === 'word' && (first.text === 'true' || first.text === 'false')) {
    return (first.text === 'true') !== reader.negated ? ANYTHING : NOTHING;
  }
  if ((isWord(first, 'prefix') || isWord(first, 'starts_with')) && isSymbol(open, '(')) {
    const [comma, text, close] = rest.slice(-3);
    const isCall = isSymbol(comma, ',') && text?.kind === 'string' && isSymbol(close, ')');
    return isCall ? startsWith(operandOf(rest.slice(0, -3), reader), text.text, /$^/, reader) : ANYTHING;
  }
  if ((isWord(first, 'contains') || isWord(first, 'list_contains')) && isSymbol(open, '('))
    return readContains(rest, reader);
  const operand = operandOf(tokens, reader);
  if (operand?.column.duckdbType !== 'BOOLEAN' || operand.castType !== undefined) return ANYTHING;
  const literal = { type: 'boolean', value: !reader.negated } as const;
  return { kind: 'compare', column: operand.column.name, comparison: '=', literal };
}

function readComparison(left: FilterToken[], comparison: Comparison, right: FilterToken[], reader: Reader): Predicate {
  const onLeft = operandOf(left, reader);
  const operand = onLeft ?? operandOf(right, reader);
  if (operand === undefined) return ANYTHING;
  const read = literalOf(onLeft === undefined ? left : right, operand);
  if (read === undefined) return ANYTHING;
  const facing = onLeft === undefined ? MIRRORED[comparison] : comparison;
  return compare(operand, reader.negated ? OPPOSITE[facing] : facing, read);
}

/** `x BETWEEN low AND high`, which is all of its brackets. */
function readBetween(tokens: FilterToken[], depths: number[], between: number, reader: Reader): Predicate {
  const joints = tokens.flatMap((token, index) => (depths[index] === 0 && isWord(token, 'AND') ? [index] : []));
  const [joint] = joints;
  if (joint === undefined || joints.length !== 1 || joint < between) return ANYTHING;
  const value = tokens.slice(0, between);
  const low = readComparison(value, '>=', tokens.slice(between + 1, joint), reader);
  const high = readComparison(value, '<=', tokens.slice(joint + 1), reader);
  return reader.negated ? or(low, high) : and(low, high);
}

function readIs(left: FilterToken[], right: FilterToken[], reader: Reader): Predicate {
  const operand = operandOf(left, reader);
  if (operand === undefined) return ANYTHING;
  const words = right.map(textOf).join(' ');
  if (words === 'NULL' || words === 'NOT NULL') {
    return { kind: 'null', column: operand.column.name, isNull: (words === 'NULL') !== reader.negated };
  }
  if (!words.startsWith('NOT DISTINCT FROM ') || reader.negated) return ANYTHING;
  const read = literalOf(right.slice(3), operand);
  return read === undefined ? ANYTHING : compare(operand, '=', read);
}

/** `x IN (…)` and `x NOT IN (…)`. A NULL in the list matches nothing, and makes a NOT IN match nothing. */
function readIn(left: FilterToken[], right: FilterToken[], reader: Reader): Predicate {
  const isNot = isWord(left.at(-1), 'NOT');
  const operand = operandOf(isNot ? left.slice(0, -1) : left, reader);
  const depths = depthsOf(right);
  const list = depths === undefined ? undefined : insideBrackets(right, depths);
  if (operand === undefined || list === undefined) return ANYTHING;
  return amongItems(operand, list, isNot !== reader.negated);
}

/** `contains(['a', 'b'], x)`, which is what `x IN ['a', 'b']` becomes; on texts the function means something else. */
function readContains(call: FilterToken[], reader: Reader): Predicate {
  const end = call.findIndex((token) => isSymbol(token, ']'));
  if (!isSymbol(call[0], '[') || !isSymbol(call[end + 1], ',') || !isSymbol(call.at(-1), ')')) return ANYTHING;
  const operand = operandOf(call.slice(end + 2, -1), reader);
  return operand ? amongItems(operand, call.slice(1, end), reader.negated) : ANYTHING;
}

function amongItems(operand: Operand, list: FilterToken[], isNot: boolean): Predicate {
  const items = splitList(list).filter((item) => !(item.length === 1 && isWord(item[0], 'NULL')));
  const reads = items.map((item) => literalOf(item, operand));
  if (isNot) {
    return and(...reads.map((read) => (read === undefined ? ANYTHING : compare(operand, '!=', read))));
  }
  const literals = reads.flatMap((read) => (read === undefined ? [] : [read.literal]));
  return literals.length === items.length ? { kind: 'in', column: operand.column.name, literals } : ANYTHING;
}

function startsWith(operand: Operand | undefined, pattern: string, wildcard: RegExp, reader: Reader): Predicate {
  if (operand?.column.duckdbType !== 'VARCHAR' || operand.castType !== undefined || reader.negated) return ANYTHING;
  const column = operand.column.name;
  const end = pattern.search(wildcard);
  const literal = (value: string) => ({ type: 'text', value }) as const;
  if (end < 0 && wildcard.source !== '$^')
    return { kind: 'compare', column, comparison: '=', literal: literal(pattern) };
  const prefix = end < 0 ? pattern : pattern.slice(0, end);
  if (prefix === '') return ANYTHING;
  const after = textAfterPrefix(prefix);
  return and(
    { kind: 'compare', column, comparison: '>=', literal: literal(prefix) },
    after === undefined ? ANYTHING : { kind: 'compare', column, comparison: '<', literal: literal(after) },
  );
}

function compare(operand: Operand, comparison: Comparison, { literal, loose }: ReadLiteral): Predicate {
  const certain = loose ? loosened(comparison) : comparison;
  return certain === undefined
    ? ANYTHING
    : { kind: 'compare', column: operand.column.name, comparison: certain, literal };
}

function literalOf(tokens: FilterToken[], operand: Operand): ReadLiteral | undefined {
  return literalFor(tokens, operand.column.duckdbType, operand.castType);
}

/** `column`, `row.column`, `struct_extract(row, 'column')`, or the first of them in a CAST. */
function operandOf(tokens: FilterToken[], reader: Reader): Operand | undefined {
  const [first, second, third, fourth, fifth, sixth] = tokens;
  if (tokens.length === 1 && first?.kind === 'word') return operandNamed(first, reader);
  if (tokens.length === 3 && isWord(first, ROW_COLUMN) && isSymbol(second, '.')) return operandNamed(third, reader);
  if (isWord(first, 'struct_extract') && isSymbol(second, '(') && tokens.length === 6) {
    const isField = isWord(third, ROW_COLUMN) && isSymbol(fourth, ',') && fifth?.kind === 'string';
    return isField && isSymbol(sixth, ')') ? operandNamed(fifth, reader) : undefined;
  }
  if (isWord(first, 'CAST') && isSymbol(second, '(') && isWord(fourth, 'AS') && isSymbol(tokens.at(-1), ')')) {
    const operand = operandNamed(third, reader);
    const castType = tokens
      .slice(4, -1)
      .map(textOf)
      .join(' ')
      .replaceAll(/ ?([(),]) ?/g, '$1');
    return operand && { ...operand, castType };
  }
  return undefined;
}

function operandNamed(token: FilterToken | undefined, reader: Reader): Operand | undefined {
  const column = reader.columns.get(textOf(token));
  return column && { column };
}

function splitList(tokens: FilterToken[]): FilterToken[][] {
  const depths = depthsOf(tokens) ?? [];
  const items: FilterToken[][] = [[]];
  tokens.forEach((token, index) => {
    if (depths[index] === 0 && isSymbol(token, ',')) items.push([]);
    else items.at(-1)?.push(token);
  });
  return items;
}

function insideBrackets(tokens: FilterToken[], depths: number[]): FilterToken[] | undefined {
  const isWhole =
    tokens.length > 2 &&
    isSymbol(tokens[0], '(') &&
    isSymbol(tokens.at(-1), ')') &&
    depths.slice(1, -1).every((depth) => depth > 0);
  return isWhole ? tokens.slice(1, -1) : undefined;
}

function isWord(token: FilterToken | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

function isSymbol(token: FilterToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

function textOf(token: FilterToken | undefined): string {
  return token?.text ?? '';
}
