import { isBase64, isHex } from './encoded-lines';
import { parseLineFormat, type LineFormat } from './line-format';
import { looksLikeHexLine, looksLikeJsonLine } from './mosquitto-lines';
import { isoTime } from './mosquitto-time';

/** Lines of a capture's beginning that are looked at. */
const PROBED_LINES = 200;

/** Share of lines that must be of a form to take the capture for one of it; the others may be damage. */
const SHARE = 0.8;

/** Line formats of `mosquitto_sub` that are known without being told: a test of one line, and the format. */
const KNOWN: [matches: (line: string) => boolean, pattern: string][] = [
  [(line) => /^\d{1,12}\.\d{1,9} [^\s,;"{}]+ \S/.test(line), '%U %t %p'],
  [(line) => /^\d{1,12}\.\d{1,9}\t[^\t]+\t(?:[0-9a-f]{2})*$/i.test(line), '%U\\t%t\\t%x'],
  [(line) => /^\d{1,12}\.\d{1,9}\t[^\t]+\t/.test(line), '%U\\t%t\\t%p'],
  [(line) => startsWithIso(line, '\t') && /\t(?:[0-9a-f]{2})+$/i.test(line), '%I\\t%t\\t%x'],
  [
    (line) => startsWithIso(line, '\t') && /\tq=\d\tr=\d\tmid=\d+\tlen=\d+\t/.test(line),
    '%I\\t%t\\tq=%q\\tr=%r\\tmid=%m\\tlen=%l\\t%p',
  ],
  [(line) => startsWithIso(line, '\t') && line.split('\t').length > 2, '%I\\t%t\\t%p'],
  [(line) => startsWithIso(line, ' ') && / \S+ (?:[0-9a-f]{2})+$/i.test(line), '%I %t %x'],
  [(line) => startsWithIso(line, ' ') && line.split(' ').length > 2, '%I %t %p'],
  [isTopicAndPayload, '%t %p'],
];

/** What a text capture of one message a line is: lines of a format, or the name of one; undefined where it is none that is known. */
export function guessLines(
  head: string,
  isWhole: boolean,
): LineFormat | 'mosquitto' | 'json-lines' | 'single' | 'hex-lines' | 'base64-lines' | undefined {
  const all = head.split('\n').map((line) => line.replace(/\r$/, ''));
  if (!isWhole && all.length > 1) all.pop();
  const lines = all.filter((line) => line !== '').slice(0, PROBED_LINES);
  const share = (test: (line: string) => boolean): number => lines.filter(test).length / Math.max(1, lines.length);
  const isMost = (test: (line: string) => boolean): boolean => share(test) >= SHARE;

  if (lines.some(looksLikeJsonLine)) return 'mosquitto';
  const timed = share((line) => /^\d{1,12}\.\d{1,9} ./.test(line));
  const hexadecimal = share((line) => / (?:[0-9a-f]{2})*$/i.test(line) && looksLikeHexLine(line));
  const announced = lines.some((line) => /^\d{1,12}\.\d{1,9} [012] [01] \d+ \S/.test(line));
  if (announced || (hexadecimal > 0 && hexadecimal >= SHARE * timed)) return 'mosquitto';
  for (const [matches, pattern] of KNOWN) if (isMost(matches)) return parseLineFormat(pattern);
  if (isMost((line) => /^\s*[[{].*[\]}]\s*$/.test(line))) return 'json-lines';
  if (isWhole && isJson(head)) return 'single';
  if (lines.length > 0 && lines.every(isHex)) return 'hex-lines';
  if (lines.length > 0 && lines.every(isBase64) && lines.some((line) => line.length >= 8)) return 'base64-lines';
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function startsWithIso(line: string, separator: string): boolean {
  const end = line.indexOf(separator);
  // Behind the time of a table's row stands a value; topics are no numbers.
  const isRow = new RegExp(`^${separator}[+-]?[\\d.,]+(?:${separator}|$)`).test(line.slice(end));
  return end > 0 && !isRow && !Number.isNaN(isoTime(line.slice(0, end)));
}

/** A topic of at least two levels, not all of them numbers such as a date's, and a payload; what `-v` prints. */
function isTopicAndPayload(line: string): boolean {
  const topic = /^([^\s,;"{}]+\/[^\s,;"{}]*) ./.exec(line)?.[1];
  return topic !== undefined && /[A-Za-z]/.test(topic);
}
