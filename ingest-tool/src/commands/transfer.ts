import { InvalidArgumentError } from 'commander';
import { parseBandwidth } from '../push/bandwidth';
import { TransferProgress } from '../push/transfer-progress';
import { Pace } from '../storage/pace';
import { EXIT, type ExitCode } from '../tool-error';
import { runLong, say } from './long-run';

/** The exit codes of push and pull, for their help. */
export const TRANSFER_EXITS = `Exit codes:
  0    done
  1    something unexpected, such as a store that keeps failing; run the same command again
  2    wrong usage, address or keys
  3    the lake is damaged
  130  stopped by Ctrl-C; run the same command again`;

const MOST_JOBS = 64;

/** What a transfer ends in. */
interface TransferOutcome {
  report: object;
  /** The report in words. */
  text: string;
  /** Where it is not well. */
  exitCode?: ExitCode;
}

/** Runs a transfer with progress on stderr, and ends in its report, in words or as JSON, and an exit code. */
export async function runTransfer(
  json: boolean,
  transfer: (signal: AbortSignal, progress: TransferProgress) => Promise<TransferOutcome>,
): Promise<void> {
  await runLong(
    async (signal, status) => {
      const { report, text, exitCode = EXIT.ok } = await transfer(signal, new TransferProgress(status));
      status.clear();
      if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else say(text);
      return exitCode;
    },
    'Stopped. What was transferred stays; the same command takes up the rest.',
    'Nothing half-written is left.',
  );
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
