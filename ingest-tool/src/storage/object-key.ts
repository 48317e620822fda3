import { EXIT, ToolError } from '../tool-error';

/**
 * Makes sure that a key names one place, the same on every store and file system: no segment is empty, `.` or `..`, and
 * none holds a NUL. Keys come from listings that others write, so they must not lead out of a folder.
 * @throws ToolError naming the key
 */
export function checkKey(key: string): void {
  const misleading = key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
  // A separator of the platform inside a name would be taken apart by its file system.
  const separable = process.platform === 'win32' && /[\\:]/.test(key);
  if (!misleading && !separable && !key.includes('\0')) return;
  throw new ToolError(
    EXIT.usage,
    `The object ${JSON.stringify(key)} has a name that cannot be a file's`,
    'Rename or remove it where it is; a name must not have empty, . or .. parts.',
  );
}
