import { z } from 'zod';
import { LineError } from './line-error';
import { isoTime } from './mosquitto-time';

interface JsonLine {
  /** UTC microseconds. */
  receiveTime: number;
  topic: string;
  payload: Uint8Array;
}

const jsonLine = z.object({
  tst: z.string(),
  topic: z.string(),
  payloadlen: z.int().nonnegative(),
  payload: z.unknown().optional(),
});

/**
 * Reads one line of `mosquitto_sub -F %j`, or of `%J`, which shows a JSON payload as JSON. `%j` prints the payload as a C string:
 * cut at its first NUL, other bytes raw, so the line need not be UTF-8. Where the announced length shows a loss the line is refused.
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
  const receiveTime = isoTime(tst);
  if (Number.isNaN(receiveTime)) throw new LineError('bad_line', `tst ${tst} is not a time`, topic);
  return { receiveTime, topic, payload: payloadOf(parsed.data.payload, payloadlen, topic, receiveTime) };
}

function payloadOf(value: unknown, announced: number, topic: string, receiveTime: number): Buffer {
  // %J prints the payload anew, with other blanks than it had, so its length tells nothing.
  if (typeof value !== 'string' && value !== undefined && (value !== null || announced > 0))
    return bytesOf(JSON.stringify(value));
  const raw = bytesOf(value ?? '');
  // Text is taken for what %j prints, also where %J would print the same: a loss must not go unseen.
  if (raw.length === announced) return raw;
  throw new LineError(
    'payload_length',
    `the broker announced ${announced} bytes, the line has ${raw.length}: %j stops at the first NUL, capture with %x`,
    topic,
    receiveTime,
  );
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
