import { sameName, tableColumns, type LakeSchema } from '../lake-schema';
import { isAggregateFunction } from './aggregate-functions';
import { isScalarFunction } from './scalar-functions';
import { bracketed, columnToken, isSymbol, isWord, type SqlToken } from './sql-token';

/** What names mean in an expression. */
export interface NameScope {
  schema: LakeSchema;
  /** What a column may be qualified with. */
  qualifiers: readonly string[];
  /** Expressions that other output columns name, already resolved; a column of the lake goes before them. */
  aliases: ReadonlyMap<string, SqlToken[]>;
  /** Whether aggregate functions may be called. */
  aggregates: boolean;
}

/** Tokens that belong together, and what may come after them. */
interface Step {
  length: number;
  /** What they become; themselves where it is absent. */
  by?: SqlToken[];
  /** Whether an operand comes next, and not an operator. */
  operandNext: boolean;
}

type Stepper = (tokens: readonly SqlToken[], at: number, wantsOperand: boolean, scope: NameScope) => Step | undefined;

const OPERATOR_WORDS = [...['and', 'or', 'not', 'in', 'between', 'like', 'ilike', 'case', 'when', 'then', 'else']];
const CONSTANT_WORDS = ['null', 'true', 'false'];
const TYPE_WORDS = [
  ...['tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint'],
  ...['float', 'real', 'double', 'decimal', 'numeric', 'varchar', 'text', 'string', 'boolean', 'bool'],
  ...['date', 'timestamp', 'time', 'interval'],
];
const UNIT_WORDS = /^(?:microsecond|millisecond|second|minute|hour|day|week|month|quarter|year|decade|century)s?$/;
const PART_WORDS = /^(?:second|minute|hour|day|week|month|quarter|year|doy|dow|isodow|isoyear|epoch)$/;

/**
 * An expression of a statement that DuckDB takes, with the lake's columns marked and the names of other output columns
 * replaced by what they stand for; undefined where it holds anything that is not known to be a function of a row (and of
 * aggregates, where these are allowed).
 */
export function resolveExpression(tokens: readonly SqlToken[], scope: NameScope): SqlToken[] | undefined {
  const resolved: SqlToken[] = [];
  let wantsOperand = true;
  let at = 0;
  while (at < tokens.length) {
    const step = STEPPERS.map((stepper) => stepper(tokens, at, wantsOperand, scope)).find((one) => one !== undefined);
    if (step === undefined) return undefined;
    resolved.push(...(step.by ?? tokens.slice(at, at + step.length)));
    at += step.length;
    wantsOperand = step.operandNext;
  }
  return wantsOperand ? undefined : resolved;
}

/** Whether an expression speaks of any column of the lake. */
export function hasColumns(tokens: readonly SqlToken[]): boolean {
  return tokens.some(({ kind }) => kind === 'column');
}

/** In the order in which they are asked: a column may bear the name of a function or of a word. */
const STEPPERS: Stepper[] = [stepOverLiteral, stepOverSymbol, stepIntoCall, stepOverColumn, stepOverWord];

function stepOverLiteral(tokens: readonly SqlToken[], at: number, wantsOperand: boolean): Step | undefined {
  const [token, next, unit] = tokens.slice(at, at + 3);
  if (!wantsOperand || token === undefined) return undefined;
  const isConstant = token.kind === 'number' || token.kind === 'text' || isWord(token, ...CONSTANT_WORDS);
  if (isConstant || token.kind === 'column') return { length: 1, operandNext: false };
  if (isWord(token, 'date', 'timestamp') && next?.kind === 'text') return { length: 2, operandNext: false };
  if (!isWord(token, 'interval')) return undefined;
  const hasUnit = unit?.kind === 'word' && UNIT_WORDS.test(unit.name);
  if (hasUnit && (next?.kind === 'number' || next?.kind === 'text')) return { length: 3, operandNext: false };
  return next?.kind === 'text' ? { length: 2, operandNext: false } : undefined;
}

function stepOverSymbol(tokens: readonly SqlToken[], at: number, wantsOperand: boolean): Step | undefined {
  const token = tokens[at];
  if (token?.kind !== 'symbol') return undefined;
  switch (token.text) {
    case '.':
    case '^':
      return undefined;
    case '::': {
      const length = typeLength(tokens, at + 1);
      return wantsOperand || length === 0 ? undefined : { length: 1 + length, operandNext: false };
    }
    case '(':
      return wantsOperand ? { length: 1, operandNext: true } : undefined;
    case ')': {
      const closesNothing = wantsOperand && !isSymbol(tokens[at - 1], '(');
      return closesNothing ? undefined : { length: 1, operandNext: false };
    }
    case '-':
    case '+':
      return { length: 1, operandNext: true };
    default:
      return wantsOperand ? undefined : { length: 1, operandNext: true };
  }
}

/** The start of a call, up to its first argument; `count(*)` whole. */
function stepIntoCall(
  tokens: readonly SqlToken[],
  at: number,
  wantsOperand: boolean,
  scope: NameScope,
): Step | undefined {
  const [token, open, first, second] = tokens.slice(at, at + 4);
  if (token?.kind !== 'word' || !isSymbol(open, '(') || !wantsOperand) return undefined;
  if (isWord(token, 'extract')) {
    const isPart = first !== undefined && PART_WORDS.test(first.name) && isWord(second, 'from');
    return isPart ? { length: 4, operandNext: true } : undefined;
  }
  if (isScalarFunction(token.name) || isWord(token, 'cast', 'try_cast')) return { length: 2, operandNext: true };
  if (!scope.aggregates || !isAggregateFunction(token.name)) return undefined;
  if (isSymbol(first, '*')) return isSymbol(second, ')') ? { length: 4, operandNext: false } : undefined;
  return { length: isWord(first, 'distinct') ? 3 : 2, operandNext: true };
}

function stepOverColumn(
  tokens: readonly SqlToken[],
  at: number,
  wantsOperand: boolean,
  scope: NameScope,
): Step | undefined {
  const [token, dot, qualified] = tokens.slice(at, at + 3);
  if (token === undefined || !wantsOperand || token.kind === 'symbol') return undefined;
  const isQualified = isSymbol(dot, '.');
  const named = isQualified ? qualified : token;
  if (named === undefined || (isQualified && !scope.qualifiers.includes(token.name))) return undefined;
  const column = tableColumns(scope.schema).find(({ name }) => sameName(name, named.name));
  const length = isQualified ? 3 : 1;
  if (column !== undefined) return { length, by: [columnToken(column.name)], operandNext: false };
  const alias = isQualified ? undefined : scope.aliases.get(token.name);
  return alias && { length, by: bracketed(alias), operandNext: false };
}

function stepOverWord(tokens: readonly SqlToken[], at: number, wantsOperand: boolean): Step | undefined {
  const [token, open, where] = tokens.slice(at, at + 3);
  if (token?.kind !== 'word') return undefined;
  if (isWord(token, ...OPERATOR_WORDS)) return { length: 1, operandNext: true };
  if (wantsOperand) return undefined;
  if (isWord(token, 'end')) return { length: 1, operandNext: false };
  if (isWord(token, 'is')) return stepOverTest(tokens, at);
  if (isWord(token, 'as')) {
    const length = typeLength(tokens, at + 1);
    return length > 0 && isSymbol(tokens[at + 1 + length], ')')
      ? { length: 1 + length, operandNext: false }
      : undefined;
  }
  const isFilter = isWord(token, 'filter') && isSymbol(open, '(') && isWord(where, 'where');
  return isFilter && isSymbol(tokens[at - 1], ')') ? { length: 3, operandNext: true } : undefined;
}

/** `IS [NOT] NULL`, `IS [NOT] DISTINCT FROM` and their like. */
function stepOverTest(tokens: readonly SqlToken[], at: number): Step | undefined {
  const length = isWord(tokens[at + 1], 'not') ? 3 : 2;
  const test = tokens[at + length - 1];
  if (isWord(test, ...CONSTANT_WORDS)) return { length, operandNext: false };
  const isComparison = isWord(test, 'distinct') && isWord(tokens[at + length], 'from');
  return isComparison ? { length: length + 1, operandNext: true } : undefined;
}

/** Tokens of a type's name; 0 where there is none. */
function typeLength(tokens: readonly SqlToken[], start: number): number {
  const [type, open, precision, comma, scale, close] = tokens.slice(start, start + 6);
  if (!isWord(type, ...TYPE_WORDS)) return 0;
  if (!isSymbol(open, '(')) return 1;
  const isDecimal = isWord(type, 'decimal', 'numeric') && precision?.kind === 'number' && scale?.kind === 'number';
  return isDecimal && isSymbol(comma, ',') && isSymbol(close, ')') ? 6 : 0;
}
