import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from './server';

/** A program under test, with all it has printed. */
export interface ProgramRun {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The exit code; null where a signal ended it. */
  exited: Promise<number | null>;
  /** Waits until the standard output holds a text of this form; fails with all output if the program ends before. */
  printed(form: RegExp): Promise<RegExpExecArray>;
}

/** Starts a Node program. Whoever starts it sees to its end. */
export function runNode(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): ProgramRun {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  const printed = async (form: RegExp): Promise<RegExpExecArray> => {
    for (let ended = false; ;) {
      const match = form.exec(stdout);
      if (match !== null) return match;
      if (ended) throw new Error(`${String(form)} was not printed. Output:\n${stdout}\n${stderr}`);
      ended = await Promise.race([once(child.stdout, 'data').then(() => false), exited.then(() => true)]);
    }
  };
  return { child, stdout: () => stdout, stderr: () => stderr, exited, printed };
}

/** Starts the built command-line tool. */
export function runTidelake(...args: string[]): ProgramRun {
  return runNode([path.join(projectRoot, 'ingest-tool/bin/tidelake.js'), ...args]);
}
