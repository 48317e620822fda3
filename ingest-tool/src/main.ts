import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { EXIT } from './tool-error';

/** Each is loaded only where it is asked for: together they take half a second to load. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['capture', async () => (await import('./commands/capture')).captureCommand()],
  ['compact', async () => (await import('./commands/compact')).compactCommand()],
  ['ddl', async () => (await import('./commands/ddl')).ddlCommand()],
  ['export', async () => (await import('./commands/export')).exportCommand()],
  ['ingest', async () => (await import('./commands/ingest')).ingestCommand()],
  ['init', async () => (await import('./commands/init')).initCommand()],
  ['inspect', async () => (await import('./commands/inspect')).inspectCommand()],
  ['manifest', async () => (await import('./commands/manifest')).manifestCommand()],
  ['pull', async () => (await import('./commands/pull')).pullCommand()],
  ['push', async () => (await import('./commands/push')).pushCommand()],
  ['retry', async () => (await import('./commands/retry')).retryCommand()],
  ['rollup', async () => (await import('./commands/rollup')).rollupCommand()],
  ['serve', async () => (await import('./commands/serve')).serveCommand()],
  ['validate', async () => (await import('./commands/validate')).validateCommand()],
]);

// A reader that has read enough, such as head, ends no run that is under way, and is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const program = new Command('tidelake')
  .description('Turns captures of sensor telemetry into a Hive-partitioned Parquet lake, and serves it.')
  .version(version, '-V, --version', 'say which version this is')
  .showHelpAfterError('(tidelake --help tells more)')
  .exitOverride();

const asked = COMMANDS.get(process.argv[2] ?? '');
for (const load of asked === undefined ? COMMANDS.values() : [asked]) {
  program.addCommand((await load()).exitOverride());
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has already printed; help and version are no error, anything else is wrong usage.
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
