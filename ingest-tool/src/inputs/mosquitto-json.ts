import { z } from 'zod';
import type { RejectReason } from './message-batch';

/** Why one line could not be read; the next line still can. */
export class LineError extends Error {
  readonly reason: RejectReason;
  readonly topic: string | null;
  /** UTC microseconds, where the line says. */
  readonly receiveTime: number | null;

  constructor(reason: RejectReason, detail: string, topic: string | null = null, receiveTime: number | null = null) {
    super(detail);
    this.name = 'LineError';
    this.reason = reason;
    this.topic = topic;
    this.receiveTime = receiveTime;
  }
}

export interface JsonLine {
  /** UTC microseconds. */
  receiveTime: number;
  topic: string;
  payload: Uint8Array;
}

const jsonLine = z.object({
  tst: z.string(),
  topic: z.string(),
  payloadlen: z.int().nonnegative(),
  payload: z.string().nullish(),
});

/**
 * Reads one line of `mosquitto_sub -F %j`. It prints the payload as a C string: cut at its first NUL, other bytes raw,
 * so the line need not be UTF-8. Where the announced length shows a loss the line is refused.
 * @throws LineError where the line is no such JSON, or has lost bytes
 */
export function readJsonLine(line: Buffer): JsonLine {
  let value: unknown;
  try {
    // One character a byte, so that a binary payload comes through unchanged.
    value = JSON.parse(line.toString('latin1'));
  } catch {
    throw new LineError('bad_line', 'not JSON');
  }
  const parsed = jsonLine.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LineError('bad_line', `not a line of %j: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const { tst, payloadlen } = parsed.data;
  const topic = bytesOf(parsed.data.topic).toString('utf8');
  const receiveTime = timeOf(tst);
  if (Number.isNaN(receiveTime)) throw new LineError('bad_line', `tst ${tst} is not a time`, topic);
  const payload = bytesOf(parsed.data.payload ?? '');
  if (payload.length !== payloadlen) {
    throw new LineError(
      'payload_length',
      `the broker announced ${payloadlen} bytes, the line has ${payload.length}: %j stops at the first NUL, capture with %x`,
      topic,
      receiveTime,
    );
  }
  return { receiveTime, topic, payload };
}

/** The bytes behind a text read as Latin-1; characters above it come from `\u` escapes and are meant as UTF-8. */
function bytesOf(text: string): Buffer {
  const plain = Array.from(text).every((character) => character.charCodeAt(0) < 256);
  return plain
    ? Buffer.from(text, 'latin1')
    : Buffer.concat(
        Array.from(text, (character) => Buffer.from(character, character.charCodeAt(0) < 256 ? 'latin1' : 'utf8')),
      );
}

/**
 * UTC microseconds of a `tst`; NaN where it is none. mosquitto 2.0 writes `…Z+0000`, both a zone letter and an offset;
 * 2.1 writes `…+0000`.
 */
function timeOf(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?(?:([+-])(\d\d):?(\d\d))?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, seconds = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match;
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6));
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000_000 * (sign === '-' ? -1 : 1);
  return Date.parse(`${seconds}Z`) * 1000 + micros - offset;
}
