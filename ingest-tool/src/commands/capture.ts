import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseBrokerAddress } from '../capture/broker-address';
import type { BrokerSettings } from '../capture/broker-connection';
import { describeCapture } from '../capture/capture-report';
import { capture } from '../capture/capture-run';
import { parseDuration, parseFlushRule, type FlushRule } from '../capture/flush-rule';
import { subscribeCommand } from '../capture/print-command';
import { grouped } from '../ingest/ingest-report';
import { StatusLine } from '../status-line';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { explainFailure } from './long-run';
import { ingestInstructions } from './ingest-instructions';

interface CaptureOptions {
  topic?: string[];
  to?: string;
  proto?: string;
  message?: string;
  mapping?: string;
  group?: string;
  qos: 0 | 1 | 2;
  mqtt: '5' | '3.1.1';
  flush: FlushRule;
  for?: number;
  clientId?: string;
  username?: string;
  passwordFile?: string;
  ca?: string;
  cert?: string;
  key?: string;
  printCommand?: boolean;
  json?: boolean;
}

const HELP = `
Messages are acknowledged when they are on the disk, and filed into the lake every --flush. Ctrl-C ends it: what was received
is filed first. Kill it, and the next worker files what is there. Start it several times with the same --group to share the work.

The password is taken from the environment variable MQTT_PASSWORD or from --password-file, the user name also from MQTT_USERNAME.

Exit codes:
  0    ended by --for, Ctrl-C or SIGTERM; everything received is filed
  1    something unexpected, such as a full disk; what was received is filed by the next worker
  2    wrong usage, schema or mapping; nothing was received
  3    the broker refuses, or there is no trusted connection to it

Example:
  tidelake capture mqtts://broker.example.org --topic 'ocean/telemetry/#' --to lake --proto telemetry.proto --message OceanTelemetry`;

/** `tidelake capture`: messages of a broker become rows of a lake as they come. */
export function captureCommand(): Command {
  return new Command('capture')
    .summary('receive messages from an MQTT broker into a lake')
    .description(
      'Subscribes to an MQTT broker and files what comes into a lake, without losing a message or taking one twice.',
    )
    .argument('<broker>', 'mqtt://host[:port], or mqtts://host[:port] for TLS')
    .option(
      '--topic <filter>',
      "what to subscribe to, such as 'ocean/telemetry/#'; may be given several times",
      collect,
    )
    .option('--to <lake>', 'folder of the lake; made if it is not there')
    .option('--proto <file>', 'schema of the messages; where the mapping has no payload rules')
    .option('--message <name>', 'message type in it, such as OceanTelemetry')
    .option('--mapping <file>', 'YAML: which field becomes which column, stations, units (docs/mapping.md)')
    .option('--group <name>', 'share the messages with all workers of this group', parseGroup)
    .addOption(
      new Option('--qos <n>', 'highest quality of service to ask for')
        .choices(['0', '1', '2'])
        .default(1)
        .argParser(parseQos),
    )
    .addOption(new Option('--mqtt <version>', 'protocol version').choices(['5', '3.1.1']).default('5'))
    .option(
      '--flush <when>',
      'file messages so often, such as 60s, or so many at a time',
      parseFlushRule,
      parseFlushRule('60s'),
    )
    .option('--for <time>', 'end after so long, such as 10m', parseDuration)
    .option('--client-id <id>', 'what the broker knows this worker by (default: one kept with the lake)')
    .option('--username <name>', 'user name at the broker')
    .option('--password-file <file>', 'file with the password')
    .option('--ca <file>', "certificate of the authority that signed the broker's, PEM")
    .option('--cert <file>', 'certificate of this client, PEM')
    .option('--key <file>', 'its key, PEM')
    .option('--print-command', 'print the mosquitto_sub command that captures the same, and end')
    .option('--json', 'print one object a line on stdout: for each time messages are filed, and at the end')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(url: string, options: CaptureOptions): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => {
    // A second Ctrl-C ends the process at once; what was received then waits for the next worker.
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
    say('Ending: filing what has been received.');
    stop.abort();
  };
  const progress = new StatusLine(process.stderr);
  const say = (text: string): void => {
    progress.clear();
    process.stderr.write(`${text}\n`);
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    const broker = await brokerOf(url, options);
    if (options.printCommand === true) {
      process.stdout.write(`${subscribeCommand({ ...broker, clientId: '' }, options.ca)}\n`);
      return;
    }
    const lake = needed(options.to, '--to <lake>');
    const { schema, mapping } = await ingestInstructions(options, []);
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    if (options.for !== undefined) timer = setTimeout(() => stop.abort(), options.for);
    const json = (value: object): void => {
      if (options.json === true) process.stdout.write(`${JSON.stringify(value)}\n`);
    };
    const report = await capture({
      broker,
      lake,
      schema,
      mapping,
      flush: options.flush,
      latenessMs: 600_000,
      memoryBytes: 256 * 2 ** 20,
      signal: stop.signal,
      onChange: say,
      onFlush: json,
      onProgress: ({ received, filed, connected }) =>
        progress.show((seconds) => {
          const perSecond = grouped(Math.round(received / Math.max(seconds, 1e-3)));
          return `${connected ? 'connected' : 'not connected'}, ${grouped(received)} messages received (${perSecond}/s), ${grouped(filed)} filed`;
        }),
    });
    progress.clear();
    if (options.json === true) json(report);
    else say(describeCapture(report, lake.replace(/\/+$/, '')));
  } catch (error) {
    progress.clear();
    process.exitCode = explainFailure(error);
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

async function brokerOf(
  url: string,
  { topic, group, qos, mqtt, clientId, username, passwordFile, ca, cert, key }: CaptureOptions,
): Promise<Omit<BrokerSettings, 'clientId'> & { clientId: string | undefined }> {
  const address = parseBrokerAddress(url);
  const topics = topic ?? [];
  if (topics.length === 0)
    throw new ToolError(EXIT.usage, 'No --topic is given', "Give one, such as --topic 'ocean/telemetry/#'.");
  const read = async (path: string | undefined): Promise<string | undefined> =>
    path === undefined
      ? undefined
      : readFile(path, 'utf8').catch((error: unknown) => {
          throw explainSystemError(error, 'read', path, EXIT.usage);
        });
  const fromFile = await read(passwordFile);
  return {
    address,
    topics,
    group,
    qos,
    clientId,
    version: mqtt === '5' ? 5 : 4,
    username: username ?? process.env['MQTT_USERNAME'],
    // Editors end a file with a line break, which no password has.
    password: fromFile === undefined ? process.env['MQTT_PASSWORD'] : fromFile.replace(/\r?\n$/, ''),
    tls: { ca: await read(ca), cert: await read(cert), key: await read(key) },
  };
}

function needed(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new ToolError(EXIT.usage, `${option} is missing`, 'tidelake capture --help tells more.');
}

function collect(topic: string, before: string[] | undefined): string[] {
  const levels = topic.split('/');
  const isWrong =
    topic === '' ||
    topic.includes('\0') ||
    levels.some((level, index) => /.[#+]|[#+]./.test(level) || (level === '#' && index < levels.length - 1));
  if (isWrong) throw new InvalidArgumentError('+ stands for a whole level, # for all that follow, at the end.');
  if (topic.startsWith('$share/')) throw new InvalidArgumentError('Give the name of the group with --group.');
  return [...(before ?? []), topic];
}

function parseGroup(name: string): string {
  if (name === '' || /[/#+]/.test(name)) throw new InvalidArgumentError('A group has a name without /, # and +.');
  return name;
}

function parseQos(text: string): 0 | 1 | 2 {
  if (text === '0') return 0;
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new InvalidArgumentError('Allowed choices are 0, 1, 2.');
}
