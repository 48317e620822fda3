import { setMaxListeners } from 'node:events';
import { StatusLine } from '../status-line';
import { EXIT, ToolError, type ExitCode } from '../tool-error';

/**
 * Runs the work of a command that may take long: Ctrl-C and SIGTERM abort it, failures are put into words, and the process
 * gets its exit code. A second Ctrl-C ends the process at once.
 * @param stopped what to say where it was aborted
 * @param kept what to say is left after a failure nobody foresaw
 */
export async function runLong(
  work: (signal: AbortSignal, status: StatusLine) => Promise<ExitCode>,
  stopped: string,
  kept?: string,
): Promise<void> {
  const stop = new AbortController();
  // Each request under way listens for the abort, and there are dozens.
  setMaxListeners(0, stop.signal);
  const onSignal = (): void => {
    process.removeListener('SIGINT', onSignal);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const status = new StatusLine(process.stderr);
  try {
    process.exitCode = await work(stop.signal, status);
  } catch (error) {
    status.clear();
    process.exitCode = stop.signal.aborted ? EXIT.interrupted : explainFailure(error, kept);
    if (stop.signal.aborted) say(stopped);
  } finally {
    status.clear();
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

/** Says something on stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Says on stderr what went wrong and what to do, and gives the exit code it ends in. */
export function explainFailure(error: unknown, kept = 'The lake is whole.'): ExitCode {
  if (error instanceof ToolError) {
    say(`error: ${error.message}\n${error.advice}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`error: something unexpected happened: ${text}`);
  say(`${kept} Please report this with the command you ran.`);
  return EXIT.unexpected;
}
