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

/** Whether an error means that the engine itself is broken. */
export function isEngineBroken(error: unknown): boolean {
  return error instanceof LakeError ? error.code === 'unexpected' : TRAP.test(messageOf(error));
}

/** The LakeError of what DuckDB threw, with the position in the user's own text where DuckDB names one. */
export function engineError(error: unknown, origin?: SqlOrigin): LakeError {
  if (error instanceof LakeError) return error;
  const text = messageOf(error);
  const parsed = parseDuckdbError(text);
  const type = parsed?.exception_type ?? /^(?:Error: )?([\w ]+?) Error:/.exec(text)?.[1] ?? '';
  const detail = (parsed?.exception_message ?? text).trim();
  const code = TRAP.test(text) ? 'unexpected' : (CODES[type] ?? (type === '' ? 'unexpected' : 'bad-sql'));
  const position = origin && parsed?.position !== undefined ? positionIn(origin, Number(parsed.position)) : undefined;
  const message = type === '' || code !== 'bad-sql' ? detail : `${type} error: ${detail}`;
  const data = { code, message, advice: adviceFor(code, detail) };
  return new LakeError(position === undefined ? data : { ...data, position }, { cause: error });
}

function adviceFor(code: LakeErrorCode, detail: string): string {
  if (code === 'unsupported' && /\bicu\b/i.test(detail)) {
    return 'Times in the lake are UTC without a zone: write now()::TIMESTAMP, and leave TIMESTAMPTZ and AT TIME ZONE out.';
  }
  return ADVICE[code] ?? 'Run it again.';
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
