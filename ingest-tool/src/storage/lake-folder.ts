import { readdir } from 'node:fs/promises';
import { EXIT, explainSystemError } from '../tool-error';

/**
 * Makes sure that a lake on this machine is there.
 * @throws ToolError where there is no such folder
 */
export async function requireLakeFolder(path: string): Promise<void> {
  try {
    await readdir(path);
  } catch (error) {
    throw explainSystemError(error, 'open the lake', path, EXIT.usage);
  }
}
