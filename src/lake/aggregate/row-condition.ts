import { sameName, tableColumns, type LakeSchema } from '../lake-schema';
import { and, ANYTHING, type Comparison, type Literal, type Predicate } from '../predicate';
import { isSymbol, isWord, type SqlToken } from './sql-token';

const COMPARISONS: Record<string, Comparison> = {
  '=': '=',
  '==': '=',
  '<>': '!=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const MIRRORED: Record<Comparison, Comparison> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

const INTEGERS = /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/;
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?$/;

/**
 * A condition on rows as a predicate that is fulfilled by exactly the same rows; undefined where it is more than a
 * conjunction of comparisons of texts, whole numbers and times with constants. (The planner's predicates are wider than
 * their SQL, so that nothing can be concluded from their being fulfilled.)
 * @param tokens resolved
 */
export function readCondition(tokens: readonly SqlToken[], schema: LakeSchema): Predicate | undefined {
  if (tokens.length === 0) return ANYTHING;
  const terms = splitConjunction(tokens).map((term) => readTerm(term, schema));
  return terms.some((term) => term === undefined) ? undefined : and(...terms.filter((term) => term !== undefined));
}

/** The terms between ANDs that are in no brackets and not those of BETWEEN. */
export function splitConjunction(tokens: readonly SqlToken[]): SqlToken[][] {
  const terms: SqlToken[][] = [[]];
  let depth = 0;
  let between = false;
  for (const token of tokens) {
    if (isSymbol(token, '(')) depth += 1;
    if (isSymbol(token, ')')) depth -= 1;
    const isJoint = depth === 0 && isWord(token, 'and');
    if (depth === 0 && isWord(token, 'between')) between = true;
    if (isJoint && !between) terms.push([]);
    else terms.at(-1)?.push(token);
    if (isJoint) between = false;
  }
  return terms;
}

function readTerm(tokens: readonly SqlToken[], schema: LakeSchema): Predicate | undefined {
  const isBracketed = isSymbol(tokens[0], '(') && isSymbol(tokens.at(-1), ')');
  if (isBracketed && !tokens.slice(1, -1).some((token) => isSymbol(token, '(', ')'))) {
    return readCondition(tokens.slice(1, -1), schema);
  }
  const [first, second] = tokens;
  if (first?.kind === 'column') {
    const { name } = first;
    const column = tableColumns(schema).find((candidate) => sameName(candidate.name, name));
    return column && readTest(column.name, column.duckdbType, tokens.slice(1));
  }
  const last = tokens.at(-1);
  const comparison = COMPARISONS[tokens.at(-2)?.text ?? ''];
  if (last?.kind !== 'column' || second === undefined || comparison === undefined) return undefined;
  const column = tableColumns(schema).find((candidate) => sameName(candidate.name, last.name));
  const literal = column && readLiteral(tokens.slice(0, -2), column.duckdbType);
  return literal && { kind: 'compare', column: column.name, comparison: MIRRORED[comparison], literal };
}

function readTest(column: string, type: string, tokens: readonly SqlToken[]): Predicate | undefined {
  const [first, second, third] = tokens;
  if (isWord(first, 'is')) {
    const negated = isWord(second, 'not');
    const isNullTest = isWord(negated ? third : second, 'null') && tokens.length === (negated ? 3 : 2);
    return isNullTest ? { kind: 'null', column, isNull: !negated } : undefined;
  }
  if (isWord(first, 'between')) {
    const joint = tokens.findIndex((token) => isWord(token, 'and'));
    const low = readLiteral(tokens.slice(1, joint), type);
    const high = readLiteral(tokens.slice(joint + 1), type);
    if (joint < 0 || low === undefined || high === undefined) return undefined;
    return and(
      { kind: 'compare', column, comparison: '>=', literal: low },
      { kind: 'compare', column, comparison: '<=', literal: high },
    );
  }
  if (isWord(first, 'in')) {
    const inside = tokens.slice(2, -1);
    if (!isSymbol(second, '(') || inside.some((token) => isSymbol(token, '(', ')'))) return undefined;
    const literals = splitList(inside).map((one) => readLiteral(one, type));
    if (literals.some((literal) => literal === undefined)) return undefined;
    return { kind: 'in', column, literals: literals.filter((literal) => literal !== undefined) };
  }
  const comparison = first?.kind === 'symbol' ? COMPARISONS[first.text] : undefined;
  const literal = readLiteral(tokens.slice(1), type);
  return comparison && literal && { kind: 'compare', column, comparison, literal };
}

function splitList(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (isSymbol(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** A constant that DuckDB compares with a column of a type without rounding either. */
function readLiteral(tokens: readonly SqlToken[], type: string): Literal | undefined {
  const [first, second] = tokens;
  if (type === 'VARCHAR') {
    return first?.kind === 'text' && tokens.length === 1 ? { type: 'text', value: textOf(first) } : undefined;
  }
  if (INTEGERS.test(type)) {
    const negative = isSymbol(first, '-');
    const digits = negative ? second : first;
    if (digits?.kind !== 'number' || tokens.length !== (negative ? 2 : 1) || !/^\d+$/.test(digits.text))
      return undefined;
    const value = Number(digits.text);
    return Number.isSafeInteger(value) ? { type: 'number', value: negative ? 0 - value : value } : undefined;
  }
  if (type !== 'TIMESTAMP') return undefined;
  const isTyped = isWord(first, 'timestamp', 'date') && second?.kind === 'text' && tokens.length === 2;
  const text = isTyped ? second : tokens.length === 1 && first?.kind === 'text' ? first : undefined;
  const isDate = isWord(first, 'date');
  return (
    text && timestampOf(isDate ? textOf(text).slice(0, 10) : textOf(text), isDate ? textOf(text).length : undefined)
  );
}

function textOf({ text }: SqlToken): string {
  return text.slice(1, -1).replaceAll("''", "'");
}

/** UTC microseconds. @param length that the text must have, where it was cut */
function timestampOf(text: string, length?: number): Literal | undefined {
  const found = TIMESTAMP.exec(text);
  if (found === null || (length !== undefined && length !== text.length)) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  const value = ms * 1000 + Number((found[7] ?? '').padEnd(6, '0'));
  return isReal && year >= 1000 ? { type: 'timestamp', value } : undefined;
}
