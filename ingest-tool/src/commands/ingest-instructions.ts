import { loadMessageType } from '../decode/proto-schema';
import { protobufRecords, type RecordSchema } from '../decode/record-schema';
import type { CaptureFile } from '../inputs/input-files';
import { otherColumns } from '../inputs/table/other-columns';
import type { TableReading } from '../inputs/table/table-parser';
import { TableRecords } from '../inputs/table/table-schema';
import { adviseMapping } from '../map/mapping-advice';
import { parseMapping, presetMapping, readMapping, type Mapping } from '../map/mapping';
import { tableColumns } from '../map/rule-mapping';
import { EXIT, ToolError } from '../tool-error';

/** The options that say what captures hold and what becomes of it. */
interface InstructionOptions {
  proto?: string | undefined;
  message?: string | undefined;
  mapping?: string | undefined;
  preset?: string | undefined;
}

/** What captures hold, and what becomes of it. */
interface IngestInstructions {
  /** Undefined where the payload rules of the mapping say how each message is read. */
  schema: RecordSchema | undefined;
  mapping: Mapping;
  /** How tables are read, where the captures are tables. */
  tables?: TableReading;
}

/**
 * Reads the mapping and the schema that the options name.
 * @throws ToolError where they are missing, wrong, or do not go together
 */
export async function ingestInstructions(
  { proto, message, mapping, preset }: InstructionOptions,
  captures: readonly CaptureFile[],
): Promise<IngestInstructions> {
  if (preset !== undefined && mapping !== undefined) {
    throw new ToolError(
      EXIT.usage,
      '--preset and --mapping both say what becomes of the fields',
      `Write preset: ${preset} into the mapping, and leave --preset out.`,
    );
  }
  const given =
    mapping === undefined
      ? preset === undefined
        ? undefined
        : parseMapping(`preset: ${preset}`, `preset ${preset}`)
      : await readMapping(mapping);
  if (given?.table !== undefined) {
    if (proto === undefined && message === undefined) return tableInstructions(given, given.table, captures);
    throw new ToolError(
      EXIT.usage,
      'The mapping says that the captures are tables, --proto and --message that they hold messages',
      'Leave --proto and --message out, or table out of the mapping; ingest the ones after the others.',
    );
  }
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
      'Give both where the captures hold protobuf messages of one type; for other messages a --mapping with payload rules, which tidelake init drafts from captures; for tables give --preset csv (or toa5, nrg, cnv, ndbc, enviro-plus), or a mapping with table: {}.',
    );
  }
  const type = loadMessageType(proto, message);
  return { schema: protobufRecords(type), mapping: given ?? presetMapping(type.name) ?? adviseMapping(type) };
}

async function tableInstructions(
  given: Mapping,
  settings: NonNullable<Mapping['table']>,
  captures: readonly CaptureFile[],
): Promise<IngestInstructions> {
  const others = settings.others === true ? await otherColumns(captures, given.columns, settings) : [];
  const columns = [...tableColumns(given), ...others];
  const isBesideMessages = given.payload.length > 0;
  const schema = new TableRecords({ columns }, settings, isBesideMessages);
  return { schema, mapping: isBesideMessages ? given : { ...given, columns }, tables: schema };
}
