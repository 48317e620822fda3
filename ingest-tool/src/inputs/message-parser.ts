import type { StringDictionary } from '../decode/string-dictionary';
import type { CaptureFormat } from './capture-format';
import type { CaptureParser } from './capture-parser';
import { base64Lines, hexLines } from './encoded-lines';
import { formattedLines } from './formatted-lines';
import { LengthDelimitedParser } from './length-delimited';
import { LineParser, type LineReader } from './line-parser';
import { mosquittoLines } from './mosquitto-lines';
import { SingleMessageParser } from './single-message';

/** Takes each line as a message, as it is. */
const wholeLines: LineReader = ({ bytes, start, end }, arena) => {
  const payloadStart = arena.used;
  arena.put(bytes.subarray(start, end));
  return { payloadStart, topic: -1, receiveTime: Number.NaN };
};

/**
 * What takes messages out of a capture of a format that is not a network's.
 * @param topics where topics get their numbers
 */
export function messageParser(format: Exclude<CaptureFormat, 'network'>, topics: StringDictionary): CaptureParser {
  switch (format) {
    case 'delimited':
      return new LengthDelimitedParser('varint');
    case 'fixed32-be':
    case 'fixed32-le':
      return new LengthDelimitedParser(format);
    case 'single':
      return new SingleMessageParser();
    case 'hex-lines':
      return new LineParser(hexLines);
    case 'base64-lines':
      return new LineParser(base64Lines);
    case 'json-lines':
      return new LineParser(wholeLines);
    case 'mosquitto':
      return new LineParser(mosquittoLines(topics));
    default:
      return new LineParser(formattedLines(format, topics));
  }
}
