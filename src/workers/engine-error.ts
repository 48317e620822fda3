import { LakeError } from '../lake/lake-error';
import type { LakeErrorCode } from '../lake/lake-error';

/** What DuckDB writes into an error's message under `errors_as_json`. */
interface DuckdbError {
  exception_type?: string;
  exception_message?: string;
  position?: string;
}

/** Where in the user's text the SQL stands that DuckDB was given. */
export interface SqlOrigin {
  sql: string;
  /** Characters put in front of the user's SQL, such as `EXPLAIN `. */
  prefixLength: number;
  /** Character offset of the user's statement in their text. */
  start: number;
}

/** Traps of WebAssembly, after which nothing in the engine's memory can be relied on. */
const TRAP =
  /memory access out of bounds|function signature mismatch|table index is out of bounds|unreachable|null function|indirect call/i;

/** What WebAssembly and JavaScript say when they are refused memory, in the midst of whatever they were doing. */
const MEMORY_REFUSED = /bad_alloc|cannot enlarge memory|abort\(OOM|allocation failed|could not allocate|Out of memory/;

const CODES: Record<string, LakeErrorCode> = {
  'Out of Memory': 'out-of-memory',
  Interrupt: 'cancelled',
  INTERRUPT: 'cancelled',
  Permission: 'unsupported',
  'Missing Extension': 'unsupported',
  'Extension Autoloading': 'unsupported',
  Autoload: 'unsupported',
  'Not implemented': 'unsupported',
  IO: 'unsupported',
  HTTP: 'unsupported',
  Internal: 'unexpected',
  FATAL: 'unexpected',
};

const ADVICE: Partial<Record<LakeErrorCode, string>> = {
  'bad-sql': 'Correct the SQL and run it again; the lake is the table “lake”.',
  'out-of-memory': 'Ask for fewer columns or a shorter time, or aggregate before sorting.',
  cancelled: 'Run it again when you like.',
  unsupported: 'The engine in this page reads the lake only, as the table “lake”: no files, no extensions.',
  unexpected: 'Run it again: the engine restarts; if it happens again, please report it.',
};

/** Whether an error means that the engine itself is broken. DuckDB's own “Out of Memory Error” leaves it whole. */
export function isEngineBroken(error: unknown): boolean {
  if (!(error instanceof LakeError)) return ['unexpected', 'out-of-memory'].includes(codeOf(messageOf(error)));
  return error.code === 'unexpected' || (error.code === 'out-of-memory' && duckdbTypeOf(messageOf(error.cause)) === '');
}

/** The LakeError of what DuckDB threw, with the position in the user's own text where DuckDB names one. */
export function engineError(error: unknown, origin?: SqlOrigin): LakeError {
  if (error instanceof LakeError) return error;
  const text = messageOf(error);
  const parsed = parseDuckdbError(text);
  const type = duckdbTypeOf(text);
  const detail = (parsed?.exception_message ?? text).trim();
  const code = codeOf(text);
  const position = origin && parsed?.position !== undefined ? positionIn(origin, Number(parsed.position)) : undefined;
  const message =
    code === 'out-of-memory' ? memoryUsedUp(detail) : code === 'bad-sql' ? `${type} error: ${detail}` : detail;
  const data = { code, message, advice: adviceFor(code, detail) };
  return new LakeError(position === undefined ? data : { ...data, position }, { cause: error });
}

/** The kind that DuckDB gives an error of its own; empty where the error is from elsewhere. */
function duckdbTypeOf(text: string): string {
  return parseDuckdbError(text)?.exception_type ?? /^(?:Error: )?([\w ]+?) Error:/.exec(text)?.[1] ?? '';
}

function codeOf(text: string): LakeErrorCode {
  const type = duckdbTypeOf(text);
  if (TRAP.test(text)) return 'unexpected';
  if (type === '') return MEMORY_REFUSED.test(text) ? 'out-of-memory' : 'unexpected';
  return CODES[type] ?? 'bad-sql';
}

function adviceFor(code: LakeErrorCode, detail: string): string {
  if (code === 'unsupported' && /\bicu\b/i.test(detail)) {
    return 'Times in the lake are UTC without a zone: leave TIMESTAMPTZ and other zones out.';
  }
  return ADVICE[code] ?? 'Run it again.';
}

/** DuckDB goes on about settings that nobody can reach here. */
function memoryUsedUp(detail: string): string {
  return `The engine’s memory is used up: ${detail.split('\n', 1)[0] ?? ''}`;
}

function parseDuckdbError(text: string): DuckdbError | undefined {
  const start = text.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start)) as DuckdbError;
  } catch {
    return undefined;
  }
}

/** DuckDB counts bytes of UTF-8 from the start of what it was given; an editor counts characters. */
function positionIn({ sql, prefixLength, start }: SqlOrigin, byteOffset: number): number | undefined {
  if (!Number.isInteger(byteOffset)) return undefined;
  const before = new TextDecoder().decode(new TextEncoder().encode(sql).subarray(0, byteOffset));
  const position = before.length - prefixLength;
  return position < 0 ? undefined : start + position;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
