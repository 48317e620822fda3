import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { escapePath, glob, isDynamicPattern } from 'tinyglobby';
import { EXIT, explainSystemError, systemErrorCode, ToolError } from '../tool-error';

const CHUNK_BYTES = 1 << 20;

/** What is written for standard input. */
export const STDIN = '-';

/** A capture before it is opened. */
export interface CaptureFile {
  /** `-` for standard input. */
  path: string;
  /** Bytes on disk; 0 where nobody knows. */
  size: number;
}

/**
 * Finds the captures that inputs name: files, folders with all that is in them, patterns that no shell has
 * replaced, and `-` for standard input. Hidden files and what belongs to a lake are left out of folders and patterns. Each is
 * taken once, in the order of the inputs and by name within one.
 * @throws ToolError naming the first input that leads to nothing
 */
export async function findCaptures(inputs: readonly string[]): Promise<CaptureFile[]> {
  const found = new Map<string, CaptureFile>();
  for (const input of inputs) {
    for (const file of input === STDIN ? [{ path: STDIN, size: 0 }] : await filesOf(input))
      if (!found.has(resolve(file.path))) found.set(resolve(file.path), file);
  }
  return [...found.values()];
}

async function filesOf(input: string): Promise<CaptureFile[]> {
  try {
    const there = await stat(input);
    if (!there.isDirectory()) return [{ path: input, size: there.size }];
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || !isDynamicPattern(input))
      throw explainSystemError(error, 'read', input, EXIT.input);
    return sized(input, await matches(input, '.'), 'Nothing matches the pattern');
  }
  const paths = await matches('**/*', input);
  return sized(
    input,
    paths.map((path) => join(input, path)),
    'There is no file in the folder',
  );
}

/** The files that a pattern matches, but for those of lakes. */
async function matches(pattern: string, folder: string): Promise<string[]> {
  const settings = { cwd: folder, absolute: isAbsolute(pattern), expandDirectories: false };
  const own = await glob({ ...settings, patterns: `${placeOf(pattern)}**/_tidelake`, onlyDirectories: true });
  const lakes = own.map((path) => `${escapePath(path.replace(/_tidelake\/?$/, ''))}**`);
  return glob({ ...settings, patterns: pattern, ignore: lakes });
}

/** The part of a pattern before its first folder that is one. */
function placeOf(pattern: string): string {
  const parts = pattern.split('/');
  const dynamic = parts.findIndex((part) => isDynamicPattern(part));
  return parts
    .slice(0, dynamic)
    .map((part) => `${part}/`)
    .join('');
}

async function sized(input: string, paths: string[], problem: string): Promise<CaptureFile[]> {
  if (paths.length === 0) throw new ToolError(EXIT.input, `${problem} ${input}`, 'Check it for a typo.');
  return Promise.all(paths.sort().map(async (path) => ({ path, size: (await stat(path)).size })));
}

/** The bytes of a capture as they come from the disk, or from standard input. */
export function openInput(path: string): AsyncIterable<Uint8Array> {
  return path === STDIN ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
}
