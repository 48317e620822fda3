import { EXIT, ToolError } from '../tool-error';

/** Fields of a line that mean something here; every other one is stepped over. */
type FieldKind =
  'time' | 'isoTime' | 'seconds' | 'nanoseconds' | 'topic' | 'qos' | 'retained' | 'length' | 'hex' | 'raw' | 'other';

/** A part of a line's format: a field, or text that stands between fields. */
export type LinePart = { field: FieldKind } | { text: string };

/** How a line of `mosquitto_sub --format` is laid out. */
export interface LineFormat {
  /** As it was given. */
  readonly pattern: string;
  readonly parts: readonly LinePart[];
}

const FIELDS: Record<string, FieldKind> = {
  '%U': 'time',
  '%I': 'isoTime',
  '@s': 'seconds',
  '@N': 'nanoseconds',
  '%t': 'topic',
  '%q': 'qos',
  '%r': 'retained',
  '%l': 'length',
  '%x': 'hex',
  '%X': 'hex',
  '%p': 'raw',
};

/** Fields of `mosquitto_sub` that tell nothing that is kept. */
const OTHERS = [...'mACDEFPRS'].map((letter) => `%${letter}`);

const ESCAPES: Record<string, string> = { t: '\t', '0': '\0', e: '\u001b', '\\': '\\' };

/** Whether a `--format` is a line's format and not the name of one. */
export function isLineFormat(text: string): boolean {
  return text.includes('%');
}

/**
 * Reads the format that `mosquitto_sub` was given: its fields `%U %I @s @N %t %q %r %l %x %X %p`, others of the broker's to step
 * over, and any text between them.
 * @throws ToolError where a line of it could not be taken apart again
 */
export function parseLineFormat(pattern: string): LineFormat {
  const wrong = (problem: string): ToolError =>
    new ToolError(
      EXIT.usage,
      `The format ${JSON.stringify(pattern)} ${problem}`,
      "Give what mosquitto_sub -F was given, such as '%I\\t%t\\t%x'; '%U %q %r %l %t %x' is the best to record.",
    );
  const parts: LinePart[] = [];
  const addText = (text: string): void => {
    const before = parts.at(-1);
    if (before !== undefined && 'text' in before) before.text += text;
    else parts.push({ text });
  };
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const pair = pattern.slice(at, at + 2);
    if (character === '\\') {
      const escape = ESCAPES[pair.charAt(1)];
      if (escape === undefined) throw wrong(`has ${pair}, which no line can hold or nobody knows`);
      addText(escape);
    } else if (pair === '%%' || pair === '@@') addText(character);
    else if (character !== '%' && character !== '@') {
      addText(character);
      continue;
    } else {
      const field = FIELDS[pair] ?? (OTHERS.includes(pair) ? 'other' : undefined);
      if (field === undefined) throw wrong(`has the field ${pair}, which is not read here`);
      parts.push({ field });
    }
    at++;
  }
  const fields = parts.flatMap((part) => ('field' in part ? [part.field] : []));
  const payloads = fields.filter((field) => field === 'hex' || field === 'raw');
  if (payloads.length !== 1) throw wrong(`has ${payloads.length === 0 ? 'no' : 'more than one'} payload (%x or %p)`);
  const twice = fields.find((field, index) => field !== 'other' && fields.indexOf(field) !== index);
  if (twice !== undefined) throw wrong('has the same field twice');
  const touching = parts.some((part, index) => {
    const next = parts[index + 1];
    return 'field' in part && next !== undefined && 'field' in next;
  });
  if (touching) throw wrong('has two fields with nothing between them, so nothing tells where one ends');
  if (fields.includes('nanoseconds') && !fields.includes('seconds')) throw wrong('has @N without @s');
  return { pattern, parts };
}
