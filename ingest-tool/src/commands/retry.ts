import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { CaptureFile } from '../inputs/input-files';
import { describeIngestProgress } from '../ingest/ingest-progress';
import { grouped, quarantinedTotal } from '../ingest/ingest-report';
import { ingest } from '../ingest/ingest-run';
import type { MessageSource } from '../ingest/message-source';
import type { StringDictionary } from '../decode/string-dictionary';
import type { TableReading } from '../inputs/table/table-parser';
import { PRESET_NAMES } from '../map/presets';
import { findQuarantined, QuarantinedMessages, type QuarantinedCapture } from '../publish/quarantined-messages';
import { QuarantinedRows } from '../publish/quarantined-rows';
import { requireLakeFolder } from '../storage/lake-folder';
import { EXIT } from '../tool-error';
import { nounOf, tellOutcome } from './ingest-outcome';
import { runLong } from './long-run';
import { ingestInstructions } from './ingest-instructions';

interface RetryOptions {
  proto?: string;
  message?: string;
  mapping?: string;
  preset?: string;
  dryRun?: boolean;
  metrics?: string;
  json?: boolean;
}

const LATENESS_MS = 10 * 60_000;
const MEMORY_BYTES = 192 * 2 ** 20;

const HELP = `
What was set aside because of what it said (messages: undecodable, no_rule; rows of tables: bad_line, bad_value; both: missing_device, bad_time,
bad_position) is read and mapped again from the bytes that were kept. What fits goes into the lake and leaves the quarantine; the rest stays, with
the reason of today. What was set aside because its capture is damaged stays as it is: mend the capture and ingest it again.

Exit codes: 0 done, 1 unexpected, 2 wrong usage, 3 a file of the quarantine cannot be read, 130 stopped by Ctrl-C.

Examples:
  tidelake retry lake --proto telemetry.proto --message OceanTelemetry --mapping mapping.yaml
  tidelake retry lake --mapping mast.yaml      # table rows, or messages by payload rules`;

/** `tidelake retry`: messages in quarantine are tried again, after the schema or the mapping was mended. */
export function retryCommand(): Command {
  return new Command('retry')
    .summary('take messages and rows out of quarantine, once schema and mapping are right')
    .description(
      'Reads and maps again what ingest set aside. Stop it whenever you like: a message or row leaves the quarantine only after it is in the lake.',
    )
    .argument('<lake>', 'folder of the lake')
    .option('--proto <file>', 'schema of the messages, or a descriptor set; where the mapping has no payload rules')
    .option('--message <name>', 'message type in it, such as OceanTelemetry')
    .option(
      '--mapping <file>',
      'YAML: which message is read how, which field becomes which column, stations, units (docs/mapping.md)',
    )
    .addOption(new Option('--preset <name>', 'a mapping that comes with the tool').choices(PRESET_NAMES))
    .option('--dry-run', 'say what would become of the messages, and write nothing')
    .option('--metrics <file>', 'leave the numbers of the run for Prometheus, in the format of a textfile collector')
    .option('--json', 'print one object on stdout instead of words on stderr')
    .addHelpText('after', HELP)
    .action(run);
}

/** The beginnings of tables that are kept, as files whose columns can be looked at. */
function headsOf(lake: string, quarantined: readonly QuarantinedCapture[]): CaptureFile[] {
  return quarantined.flatMap(({ tableHead }) =>
    tableHead === undefined ? [] : [{ path: join(lake, tableHead), size: 0 }],
  );
}

/** Messages are tried where the mapping is for messages, rows where it is for tables; the others stay as they are. */
function sourceOf(
  lake: string,
  capture: QuarantinedCapture,
  topics: StringDictionary,
  tables: TableReading | undefined,
): MessageSource {
  const { tableHead } = capture;
  if (tables === undefined) {
    const rows = 'its rows are of a table, and were left: try them with --preset, or a mapping with table';
    return new QuarantinedMessages(lake, capture, topics, tableHead === undefined ? undefined : rows);
  }
  if (tableHead !== undefined) return new QuarantinedRows(lake, capture, tableHead, tables);
  const messages = 'it is no table, and was left: try its messages with a mapping for messages';
  return new QuarantinedMessages(lake, capture, topics, tables.isBesideMessages === true ? undefined : messages);
}

function run(lake: string, options: RetryOptions): Promise<void> {
  return runLong(async (signal, status) => {
    await requireLakeFolder(lake);
    const quarantined = await findQuarantined(lake);
    const { schema, mapping, tables } = await ingestInstructions(options, headsOf(lake, quarantined));
    const byCapture = new Map<CaptureFile, QuarantinedCapture>(quarantined.map((capture) => [capture, capture]));
    const report = await ingest({
      captures: quarantined,
      open: (capture, topics) => {
        const own = byCapture.get(capture);
        if (own === undefined) throw new Error(`${capture.path} is not in quarantine`);
        return sourceOf(lake, own, topics, tables);
      },
      format: undefined,
      schema,
      mapping,
      lake,
      latenessMs: nounOf(tables) === 'message' ? LATENESS_MS : Number.POSITIVE_INFINITY,
      memoryBytes: MEMORY_BYTES,
      dryRun: options.dryRun === true,
      signal,
      onProgress: (state) => status.show((seconds) => describeIngestProgress(state, seconds)),
    });
    status.clear();
    const left = quarantinedTotal(report);
    const exitCode = report.unreadable.length > 0 ? EXIT.input : EXIT.ok;
    const verb = report.dryRun ? 'would leave' : 'left';
    const first = `Retried  ${grouped(report.messages - left)} of ${grouped(report.messages)} ${nounOf(tables)}s ${verb} the quarantine`;
    await tellOutcome(report, lake, quarantined.length, exitCode, options, nounOf(tables), first);
    return exitCode;
  }, 'Stopped. The lake is whole; the same command takes up the rest.');
}
