import { Command, InvalidArgumentError, Option } from 'commander';
import { ingest } from '../ingest/ingest-run';
import { describeIngestProgress } from '../ingest/ingest-progress';
import { parseCaptureFormat } from '../inputs/capture-format';
import { findCaptures } from '../inputs/input-files';
import { PRESET_NAMES } from '../map/presets';
import { ingestInstructions } from './ingest-instructions';
import { nounOf, outcomeOf, tellOutcome } from './ingest-outcome';
import { runLong, say } from './long-run';

interface IngestOptions {
  to: string;
  proto?: string;
  message?: string;
  mapping?: string;
  preset?: string;
  format?: string;
  lateness: number;
  maxBadRatio: number;
  memory: number;
  tidy?: string;
  dryRun?: boolean;
  metrics?: string;
  json?: boolean;
}

const HELP = `
What a file is, is told from its content, gzipped, zstd or neither (docs/inputs.md):
  mosquitto_sub     lines of -F '%U %q %r %l %t %x' (best), '%U %t %x', '%j', '%J', '%U %t %p', -v, or any format given with --format
  network captures  pcap and pcapng of MQTT 3.1, 3.1.1 and 5
  protobuf          length-delimited (varint or four bytes), one message a file, or a line in hexadecimal or base64
  tables            CSV of any dialect, TOA5, NRG, .cnv, NDBC: with --preset, or with table in the mapping, and without --proto;
                    beside messages with table and payload in the mapping

Exit codes:
  0    done; what was set aside, if anything, is in the lake's quarantine
  1    something unexpected, such as a full disk; the lake is whole, run the same command again
  2    wrong usage, schema or mapping; nothing was read
  3    a capture could not be read, or none held a message of this schema
  4    done, but more than --max-bad-ratio of the messages were set aside
  130  stopped by Ctrl-C; the lake is whole, run the same command again

Examples:
  tidelake init broker.pcap -o mapping.yaml; tidelake ingest broker.pcap --to lake --mapping mapping.yaml
  tidelake ingest captures/*.log --to lake --proto telemetry.proto --message OceanTelemetry
  tidelake ingest 44013.txt --preset ndbc --to lake`;

/** `tidelake ingest`: captures of protobuf messages become rows of a lake. */
export function ingestCommand(): Command {
  return new Command('ingest')
    .summary('turn captures of messages, and tables of loggers, into a lake')
    .description(
      'Decodes captures, sorts their observations by station and day, and adds them to a lake of Parquet files. Running it again, or with overlapping captures, changes nothing that is already there.',
    )
    .argument('<inputs...>', 'files, folders, patterns in quotes, or - for standard input')
    .requiredOption('--to <lake>', 'folder of the lake; made if it is not there')
    .option('--proto <file>', 'schema of the messages, or a descriptor set; where the mapping has no payload rules')
    .option('--message <name>', 'message type in it, such as OceanTelemetry')
    .addOption(new Option('--preset <name>', 'a mapping that comes with the tool').choices(PRESET_NAMES))
    .option(
      '--mapping <file>',
      'YAML: which message is read how, which field becomes which column, stations, units (docs/mapping.md)',
    )
    .option(
      '--format <name>',
      "do not guess how the captures are laid out: a name, or mosquitto_sub's format (docs/inputs.md)",
    )
    .option(
      '--lateness <minutes>',
      'count rows as late that are so much older than the newest of their device',
      parseAmount,
      10,
    )
    .option('--max-bad-ratio <share>', 'exit with 4 where more of the messages were set aside', parseAmount, 0.5)
    .option('--memory <MB>', 'memory for rows; beyond it they wait on the disk', parseAmount, 128)
    .option('--tidy <folder>', 'write the days of this run there as well, a row a reading, with a table of the sensors')
    .option('--dry-run', 'say what would become of the captures, and write nothing')
    .option('--metrics <file>', 'leave the numbers of the run for Prometheus, in the format of a textfile collector')
    .option('--json', 'print one object on stdout instead of words on stderr')
    .addHelpText('after', HELP)
    .action(run);
}

function run(inputs: string[], options: IngestOptions): Promise<void> {
  return runLong(async (signal, status) => {
    const captures = await findCaptures(inputs);
    const instructions = await ingestInstructions(options, captures);
    const report = await ingest({
      captures,
      format: options.format === undefined ? undefined : parseCaptureFormat(options.format),
      ...instructions,
      lake: options.to,
      // The rows of a table come in whatever order its maker likes, often the newest first.
      latenessMs: nounOf(instructions.tables) === 'message' ? options.lateness * 60_000 : Number.POSITIVE_INFINITY,
      memoryBytes: options.memory * 2 ** 20,
      dryRun: options.dryRun === true,
      tidy: options.tidy,
      signal,
      onProgress: (state) => status.show((seconds) => describeIngestProgress(state, seconds)),
    });
    status.clear();
    const { exitCode, problem } = outcomeOf(report, options.maxBadRatio);
    await tellOutcome(report, options.to, captures.length, exitCode, options, nounOf(instructions.tables));
    if (problem !== undefined) say(problem);
    return exitCode;
  }, 'Stopped. The lake is whole; the same command takes up the rest.');
}

function parseAmount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It must be a number, not negative.');
  return value;
}
