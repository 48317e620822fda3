import { LOCK_PATH, TEMPORARY_FOLDER } from '@tidelake/lake-format';

/**
 * Whether a key names something a reader may see: every segment is a plain name (not empty, not `.` or `..`, not hidden,
 * no NUL), and it is not what a writer at work keeps there. A key that ends in `/` names a folder.
 */
export function isServedKey(key: string): boolean {
  const path = key.endsWith('/') ? key.slice(0, -1) : key;
  if (!path.split('/').every(isServedName)) return false;
  return !isWritersOwn(path);
}

function isWritersOwn(path: string): boolean {
  const temporary = path === TEMPORARY_FOLDER || path.startsWith(`${TEMPORARY_FOLDER}/`);
  // The lock is drafted beside its place, as `lock.<process>`.
  return temporary || path === LOCK_PATH || path.startsWith(`${LOCK_PATH}.`);
}

function isServedName(name: string): boolean {
  // A name with a separator of the platform in it would be taken apart again by the file system.
  const separable = process.platform === 'win32' && /[\\:]/.test(name);
  return name !== '' && !name.startsWith('.') && !name.includes('\0') && !separable;
}
