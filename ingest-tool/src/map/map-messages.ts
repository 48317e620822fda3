import type { RecordSchema } from '../decode/record-schema';
import type { StringDictionary } from '../decode/string-dictionary';
import { EXIT, ToolError } from '../tool-error';
import type { Mapping } from './mapping';
import type { MessageMapper } from './message-mapper';
import { RowMapper } from './row-mapper';
import { TopicMapper } from './topic-mapper';

/**
 * What turns a run's messages into rows: by the payload rules of the mapping, or where it has none, by the one schema that
 * all messages, or the rows of all tables, have. With both, it is that of the tables.
 * @param topics where the captures' topics have their numbers
 * @param latenessMs see {@link LatenessMonitor}
 * @param nowMs UTC milliseconds: the future starts a day later
 * @throws ToolError where schema and mapping do not fit, or nothing says what messages are
 */
export function messageMapper(
  schema: RecordSchema | undefined,
  mapping: Mapping,
  topics: StringDictionary,
  latenessMs: number,
  nowMs: number,
): MessageMapper {
  if (mapping.payload.length > 0) return new TopicMapper(mapping, topics, latenessMs, nowMs, schema);
  if (schema !== undefined) return new RowMapper(schema, mapping, topics, latenessMs, nowMs);
  throw new ToolError(
    EXIT.usage,
    'Nothing says how the messages are to be read',
    'Give --proto and --message, or payload rules in the mapping: tidelake init drafts one from the captures.',
  );
}
