import { InvalidArgumentError } from 'commander';
import { parseBandwidth } from '../push/bandwidth';
import { TransferProgress } from '../push/transfer-progress';
import { Pace } from '../storage/pace';
import { EXIT, ToolError } from '../tool-error';

/** The exit codes of push and pull, for their help. */
export const TRANSFER_EXITS = `Exit codes:
  0    done
  1    something unexpected, such as a store that keeps failing; run the same command again
  2    wrong usage, address or keys
  3    the lake is damaged
  130  stopped by Ctrl-C; run the same command again`;

const MOST_JOBS = 64;

/** Runs a transfer with progress on stderr, and ends in its report, in words or as JSON, and an exit code. */
export async function runTransfer(
  verb: string,
  json: boolean,
  transfer: (signal: AbortSignal, progress: TransferProgress) => Promise<{ report: object; text: string }>,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => {
    // A second Ctrl-C ends the process at once, as it would without us.
    process.removeListener('SIGINT', onSignal);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const progress = new TransferProgress(process.stderr);
  try {
    const { report, text } = await transfer(stop.signal, progress);
    progress.clear();
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else process.stderr.write(`${text}\n`);
  } catch (error) {
    progress.clear();
    process.exitCode = explain(verb, error, stop.signal);
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

function explain(verb: string, error: unknown, signal: AbortSignal): number {
  if (signal.aborted) {
    say('Stopped. What was transferred stays; the same command takes up the rest.');
    return EXIT.interrupted;
  }
  if (error instanceof ToolError) {
    say(`error: ${error.message}\n${error.advice}`);
    return error.exitCode;
  }
  say(
    `error: something unexpected happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  say(`Nothing half-written is left. Please report this with the command you ran (tidelake ${verb}).`);
  return EXIT.unexpected;
}

/** The pace of a transfer, as an option of a storage. */
export function paceOf(bytesPerSecond: number | undefined): { pace?: Pace } {
  return bytesPerSecond === undefined ? {} : { pace: new Pace(bytesPerSecond) };
}

/** A number of jobs for Commander. */
export function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!/^\d+$/.test(text) || jobs < 1 || jobs > MOST_JOBS) {
    throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_JOBS}.`);
  }
  return jobs;
}

/** A bandwidth for Commander, in bytes a second. */
export function parseRate(text: string): number {
  try {
    return parseBandwidth(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
