/** What the process answers to its caller; documented in `tidelake ingest --help` and docs/ingest.md. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  input: 3,
  quarantine: 4,
  damage: 5,
  warnings: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure a person can do something about: what happened, what to do, and the exit code it ends in. */
export class ToolError extends Error {
  readonly exitCode: ExitCode;
  /** One sentence on what to do. */
  readonly advice: string;

  constructor(exitCode: ExitCode, message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolError';
    this.exitCode = exitCode;
    this.advice = advice;
  }
}

/** The `code` of a Node system error, such as `ENOENT`; undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns a system error met while working on a path into words.
 * @param doing what was tried, such as `write`
 */
export function explainSystemError(error: unknown, doing: string, path: string, exitCode: ExitCode): ToolError {
  if (error instanceof ToolError) return error;
  const code = systemErrorCode(error);
  const [what, advice] = (code === undefined ? undefined : SYSTEM_ERRORS[code]) ?? [
    error instanceof Error ? error.message : String(error),
    'Look at the path and its permissions, then run the same command again.',
  ];
  return new ToolError(exitCode, `Could not ${doing} ${path}: ${what}`, advice, { cause: error });
}

const SYSTEM_ERRORS: Record<string, [what: string, advice: string]> = {
  ENOENT: ['there is no such file or folder', 'Check the path for a typo.'],
  EACCES: ['permission denied', 'Choose a place you may write to, or change its permissions.'],
  EPERM: ['permission denied', 'Choose a place you may write to, or change its permissions.'],
  EROFS: ['the file system is read-only', 'Choose a folder on a writable disk.'],
  ENOSPC: ['the disk is full', 'Free some space and run the same command again: it continues where it stands.'],
  EDQUOT: [
    'the disk quota is used up',
    'Free some space and run the same command again: it continues where it stands.',
  ],
  EISDIR: ['it is a folder', 'Name files; a shell pattern such as captures/* gives them all.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path for a typo.'],
  EEXIST: ['something else of that name is in the way', 'Move it away, or choose another folder.'],
  EMFILE: ['too many open files', 'Raise the limit with `ulimit -n`, or ingest fewer files at a time.'],
};
