import { EXIT, ToolError, type ExitCode } from '../tool-error';

/**
 * Runs a command's work so that Ctrl-C stops it between two steps and every failure ends in words and an exit code.
 * @returns after the process' exit code is set
 */
export async function runStoppable(work: (signal: AbortSignal) => Promise<ExitCode>): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => {
    // A second Ctrl-C ends the process at once, as it would without us.
    process.removeListener('SIGINT', onSignal);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    process.exitCode = await work(stop.signal);
  } catch (error) {
    process.exitCode = explain(error, stop.signal);
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

function explain(error: unknown, signal: AbortSignal): ExitCode {
  if (signal.aborted) {
    say('Stopped. The lake is whole; the same command takes up the rest.');
    return EXIT.interrupted;
  }
  if (error instanceof ToolError) {
    say(`error: ${error.message}\n${error.advice}`);
    return error.exitCode;
  }
  say(
    `error: something unexpected happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  say('The lake is whole. Please report this with the command you ran.');
  return EXIT.unexpected;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
