import { Command, CommanderError } from 'commander';
import { captureCommand } from './commands/capture';
import { compactCommand } from './commands/compact';
import { ddlCommand } from './commands/ddl';
import { exportCommand } from './commands/export';
import { ingestCommand } from './commands/ingest';
import { initCommand } from './commands/init';
import { inspectCommand } from './commands/inspect';
import { manifestCommand } from './commands/manifest';
import { pullCommand } from './commands/pull';
import { pushCommand } from './commands/push';
import { retryCommand } from './commands/retry';
import { rollupCommand } from './commands/rollup';
import { serveCommand } from './commands/serve';
import { validateCommand } from './commands/validate';
import { EXIT } from './tool-error';

const program = new Command('tidelake')
  .description('Turns captures of sensor telemetry into a Hive-partitioned Parquet lake, and serves it.')
  .showHelpAfterError('(tidelake --help tells more)')
  .exitOverride();

const commands = [
  captureCommand(),
  compactCommand(),
  ddlCommand(),
  exportCommand(),
  ingestCommand(),
  initCommand(),
  inspectCommand(),
  manifestCommand(),
  pullCommand(),
  pushCommand(),
  retryCommand(),
  rollupCommand(),
  serveCommand(),
  validateCommand(),
];
for (const command of commands) program.addCommand(command.exitOverride());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has already printed; help and version are no error, anything else is wrong usage.
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
