import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TOOL = fileURLToPath(new URL('../ingest-tool/bin/tidelake.js', import.meta.url));

/** A run of the built tool with `--json`. */
export interface ToolRun {
  seconds: number;
  /** Of all its threads. */
  processorSeconds: number;
  peakMb: number;
  report: Record<string, unknown>;
}

/**
 * Runs the tool in a process of its own.
 * @throws Error where it does not end in 0
 */
export function runTool(args: readonly string[]): Promise<ToolRun> {
  return runMeasured(process.execPath, [TOOL, ...args, '--json']);
}

/**
 * Runs a program that prints one JSON object, and watches its memory.
 * @throws Error where it does not end in 0
 */
export async function runMeasured(command: string, args: readonly string[]): Promise<ToolRun> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  let peakKb = 0;
  let processorSeconds = 0;
  const watch = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid));
    processorSeconds = Math.max(processorSeconds, processorSecondsOf(child.pid));
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  const report: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const reported = Number(report['peakRssBytes'] ?? 0) / 2 ** 20;
  return {
    seconds,
    processorSeconds: Math.round(processorSeconds),
    peakMb: Math.round(Math.max(peakKb / 1024, reported)),
    report,
  };
}

/** The most memory a process had so far, in kB; 0 where the system does not tell. */
function peakOf(pid: number | undefined): number {
  const path = `/proc/${pid}/status`;
  if (pid === undefined || !existsSync(path)) return 0;
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Seconds that a process' threads ran so far; 0 where the system does not tell. */
function processorSecondsOf(pid: number | undefined): number {
  const path = `/proc/${pid}/stat`;
  if (pid === undefined || !existsSync(path)) return 0;
  try {
    const stat = readFileSync(path, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
