import { ToolError, type ExitCode } from '../tool-error';

/** A failure on its way from one thread to another, which keeps no class of an error. */
export interface ThreadFailure {
  message: string;
  stack: string | undefined;
  /** Where a person can do something about it. */
  tool: { exitCode: ExitCode; advice: string } | undefined;
}

/** What a thread answers to a job. */
export type ThreadAnswer<Result> = { id: number; result: Result } | { id: number; failure: ThreadFailure };

/** Takes down an error for another thread. */
export function describeFailure(error: unknown): ThreadFailure {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const tool = error instanceof ToolError ? { exitCode: error.exitCode, advice: error.advice } : undefined;
  return { message, stack, tool };
}

/** The error that {@link describeFailure} took down. */
export function failureOf({ message, stack, tool }: ThreadFailure): Error {
  const error = tool === undefined ? new Error(message) : new ToolError(tool.exitCode, message, tool.advice);
  if (stack !== undefined) error.stack = stack;
  return error;
}
