import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/tidelake/interop', import.meta.url));
const PYTHON = path.join(FOLDER, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Why a Python package cannot be had here. */
export class NoPackageError extends Error {
  override readonly name = 'NoPackageError';
}

/**
 * Makes sure that packages are in a Python environment of our own, installing what is missing.
 * @param packages such as `polars==2.1.0`
 * @throws NoPackageError
 */
export async function installPackages(packages: readonly string[]): Promise<void> {
  try {
    if (!existsSync(PYTHON)) await run('python3', ['-m', 'venv', FOLDER]);
  } catch (error) {
    throw new NoPackageError('python3 with its venv module is not installed', { cause: error });
  }
  const missing: string[] = [];
  for (const each of packages) if (!(await isInstalled(each))) missing.push(each);
  if (missing.length === 0) return;
  try {
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...missing]);
  } catch (error) {
    throw new NoPackageError(`pip could not install ${missing.join(', ')}`, { cause: error });
  }
}

/** Runs a script beside the tests; its last line of output is JSON. */
export async function runScript(script: string, args: readonly string[]): Promise<unknown> {
  const file = path.join(import.meta.dirname, script);
  const { stdout } = await run(PYTHON, [file, ...args], { maxBuffer: 2 ** 26, env: { ...process.env, TZ: 'UTC' } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function isInstalled(wanted: string): Promise<boolean> {
  const [name = '', version = ''] = wanted.split('==');
  const script = 'import importlib.metadata as m, sys; print(m.version(sys.argv[1]))';
  const found = await run(PYTHON, ['-c', script, name]).catch(() => ({ stdout: '' }));
  return found.stdout.trim() === version;
}
