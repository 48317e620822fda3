import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorkspace } from './ingest-cli';
import { seededRandom } from './ocean-telemetry';
import { projectRoot } from './server';
import { runNode } from './tidelake-process';

/** How often a verb is killed; `KILLS=1000` for the full count. */
export function killCount(otherwise: number): number {
  return Number(process.env['KILLS'] ?? otherwise);
}

const HOOK = fileURLToPath(new URL('kill-at-operation.mjs', import.meta.url));

/** A moment of a run, by what it does to files, folders and servers, so that it is the same on any machine. */
export interface KillPoint {
  /** Number of the operation, from 1. */
  operation: number;
  /** Milliseconds after it has begun; 0 is when it has ended, less than 0 before it begins. */
  delay: number;
}

/** Another number gives other points, so that many runs of some kills are as good as one of many. */
const SEED = Number(process.env['KILL_SEED'] ?? 0);

/**
 * Points spread over all operations of a run, by turns before one, when it has ended, and some time after it began, when
 * others are under way.
 */
export function killPoints(operations: number, kills: number, seed: number): KillPoint[] {
  const random = seededRandom(seed + SEED);
  return Array.from({ length: kills }, (_, kill) => {
    const operation = 1 + Math.floor(((kill + random()) * operations) / kills);
    return { operation, delay: [-1, 0, 1 + random() * 20][kill % 3] ?? 0 };
  });
}

/** Runs the tool to its end, and counts its operations. */
export async function countOperations(args: string[], env: Record<string, string> = {}): Promise<number> {
  const counted = join(makeWorkspace(), 'operations');
  const run = start(args, { ...env, KILL_COUNT: counted });
  const code = await run.exited;
  if (code !== 0 || !existsSync(counted)) throw new Error(`${args.join(' ')} ended in ${code}: ${run.stderr()}`);
  return Number(readFileSync(counted, 'utf8'));
}

/** Runs the tool until it is killed; false where it had ended before. */
export async function runKilled(
  args: string[],
  { operation, delay }: KillPoint,
  env: Record<string, string> = {},
): Promise<boolean> {
  const run = start(args, { ...env, KILL_AT: String(operation), KILL_DELAY: String(delay) });
  const code = await run.exited;
  if (code !== null && code !== 0) throw new Error(`${args.join(' ')} ended in ${code}: ${run.stderr()}`);
  return code === null;
}

function start(args: string[], env: Record<string, string>): ReturnType<typeof runNode> {
  return runNode(['--import', HOOK, join(projectRoot, 'ingest-tool/bin/tidelake.js'), ...args], { env });
}
