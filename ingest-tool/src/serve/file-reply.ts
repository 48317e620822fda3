import type { FileFacts } from './served-file';

/** The request headers that decide how a file is answered, as Node names them. */
export interface FileRequestHeaders {
  range?: string | undefined;
  'if-range'?: string | undefined;
  'if-match'?: string | undefined;
  'if-none-match'?: string | undefined;
  'if-modified-since'?: string | undefined;
  'if-unmodified-since'?: string | undefined;
}

/** How to answer: whole, in part, or not at all. `end` is exclusive. */
export type FileReply =
  { status: 200; start: 0; end: number } | { status: 206; start: number; end: number } | { status: 304 | 412 | 416 };

/**
 * Decides the answer to a GET or HEAD of a file by RFC 9110: preconditions first (§13.2.2), then the range (§14.2).
 * As in S3, several ranges or a malformed one are passed over, and the whole file is sent.
 */
export function decideFileReply(headers: FileRequestHeaders, facts: FileFacts): FileReply {
  const precondition = failedPrecondition(headers, facts);
  if (precondition !== undefined) return { status: precondition };
  const whole: FileReply = { status: 200, start: 0, end: facts.size };
  if (headers.range === undefined || !rangeApplies(headers['if-range'], facts)) return whole;
  return parseRange(headers.range, facts.size) ?? whole;
}

function failedPrecondition(headers: FileRequestHeaders, { etag, modified }: FileFacts): 304 | 412 | undefined {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  const seconds = wholeSeconds(modified.getTime());
  if (ifMatch !== undefined) {
    if (!namesTag(ifMatch, etag, false)) return 412;
  } else if (seconds > parseDate(headers['if-unmodified-since'], Infinity)) return 412;
  if (ifNoneMatch !== undefined) return namesTag(ifNoneMatch, etag, true) ? 304 : undefined;
  return seconds <= parseDate(headers['if-modified-since'], -Infinity) ? 304 : undefined;
}

function rangeApplies(ifRange: string | undefined, { etag, modified }: FileFacts): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.includes('"')) return ifRange.trim() === etag;
  return parseDate(ifRange, NaN) === wholeSeconds(modified.getTime());
}

function namesTag(header: string, etag: string, weakCounts: boolean): boolean {
  if (header.trim() === '*') return true;
  return header
    .split(',')
    .map((tag) => (weakCounts ? tag.trim().replace(/^W\//, '') : tag.trim()))
    .includes(etag);
}

/** HTTP dates have no fractions of a second. */
function wholeSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

function parseDate(header: string | undefined, otherwise: number): number {
  const timeMs = Date.parse(header ?? '');
  return Number.isNaN(timeMs) ? otherwise : wholeSeconds(timeMs);
}

function parseRange(header: string, size: number): FileReply | undefined {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  const first = match?.[1] ?? '';
  const last = match?.[2] ?? '';
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { status: 416 } : { status: 206, start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return { status: 416 };
  return { status: 206, start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
