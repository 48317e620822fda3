import { loadMessageType } from '../decode/proto-schema';
import { protobufRecords, type RecordSchema } from '../decode/record-schema';
import { presetMapping, readMapping, type Mapping } from '../map/mapping';
import { adviseMapping } from '../map/mapping-advice';
import { EXIT, ToolError } from '../tool-error';

/** The options that say what messages are. */
interface MessageOptions {
  proto?: string | undefined;
  message?: string | undefined;
  mapping?: string | undefined;
}

/** How messages are read, and what becomes of their fields. */
interface MessageInstructions {
  /** Undefined where the payload rules of the mapping say how each message is read. */
  schema: RecordSchema | undefined;
  mapping: Mapping;
}

/**
 * Reads the schema and the mapping that the options name.
 * @throws ToolError where they are missing, wrong, or two of them say how messages are read
 */
export async function messageInstructions({ proto, message, mapping }: MessageOptions): Promise<MessageInstructions> {
  const given = mapping === undefined ? undefined : await readMapping(mapping);
  if (given !== undefined && given.payload.length > 0) {
    if (proto === undefined && message === undefined) return { schema: undefined, mapping: given };
    throw new ToolError(
      EXIT.usage,
      `The payload rules of ${given.source} and --proto both say how messages are read`,
      'Leave --proto and --message out, or give the schema in a payload rule.',
    );
  }
  if (proto === undefined || message === undefined) {
    throw new ToolError(
      EXIT.usage,
      `${proto === undefined ? '--proto <file>' : '--message <name>'} is missing`,
      'Give --proto and --message, or a --mapping with payload rules: tidelake init drafts one from captures.',
    );
  }
  const type = loadMessageType(proto, message);
  return { schema: protobufRecords(type), mapping: given ?? presetMapping(type.name) ?? adviseMapping(type) };
}
