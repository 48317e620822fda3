import { Command } from 'commander';
import type protobuf from 'protobufjs';
import { loadMessageType } from '../decode/proto-schema';
import { parseCaptureFormat } from '../inputs/capture-format';
import { findCaptures } from '../inputs/input-files';
import { inspectCaptures } from '../inspect/inspect-run';
import { describeInspection, type InspectReport } from '../inspect/inspect-report';
import { shareBar, type StatusLine } from '../status-line';
import { EXIT, ToolError } from '../tool-error';
import { runLong } from './long-run';

/** The options of the commands that look into captures. */
export interface InspectOptions {
  proto?: string;
  message?: string;
  format?: string;
}

const HELP = `
Exit codes:
  0    done
  2    wrong usage or schema
  3    a capture could not be read
  130  stopped by Ctrl-C

Example:
  tidelake inspect broker.pcap logs/*.log`;

/** `tidelake inspect`: tells what captures hold. */
export function inspectCommand(): Command {
  return withCaptureOptions(
    new Command('inspect')
      .summary('say what is in captures: topics, payloads, fields')
      .description(
        'Reads captures and says what is in them: formats, topics with their messages, what the payloads may be, their fields with ranges, and what cannot be read. Nothing is written.',
      ),
  )
    .option('--json', 'print one object instead of words')
    .addHelpText('after', HELP)
    .action((inputs: string[], options: InspectOptions & { json?: boolean }) =>
      runLong(async (signal, status) => {
        const report = await lookInto(inputs, options, signal, status);
        status.clear();
        process.stdout.write(`${options.json === true ? JSON.stringify(report) : describeInspection(report)}\n`);
        return report.captures.some(({ problem }) => problem !== null) ? EXIT.input : EXIT.ok;
      }, 'Stopped. Nothing was written.'),
    );
}

/** Adds what the commands that look into captures have in common. */
export function withCaptureOptions(command: Command): Command {
  return command
    .argument('<inputs...>', 'files, folders, patterns in quotes, or - for standard input')
    .option('--proto <file>', 'schema of protobuf messages, or a descriptor set')
    .option('--message <name>', 'message type in it')
    .option(
      '--format <name>',
      "do not guess how the captures are laid out: a name, or mosquitto_sub's format (docs/inputs.md)",
    );
}

/** Inspects captures, with progress. @throws ToolError where inputs or the schema are wrong */
export async function lookInto(
  inputs: string[],
  options: InspectOptions,
  signal: AbortSignal,
  status: StatusLine,
): Promise<InspectReport> {
  return inspectCaptures({
    captures: await findCaptures(inputs),
    format: options.format === undefined ? undefined : parseCaptureFormat(options.format),
    type: messageType(options),
    signal,
    onProgress: (bytes, total) => status.show(() => `Reading  ${shareBar(total === 0 ? 1 : bytes / total)}`),
  });
}

function messageType({ proto, message }: InspectOptions): protobuf.Type | undefined {
  if (proto === undefined && message === undefined) return undefined;
  if (proto !== undefined && message !== undefined) return loadMessageType(proto, message);
  throw new ToolError(EXIT.usage, '--proto and --message belong together', 'Give both, or neither.');
}
