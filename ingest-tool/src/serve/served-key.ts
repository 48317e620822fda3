import { ABOUT_FOLDER } from '@tidelake/lake-format';

/** What a running `ingest` keeps below the lake's root while it works: never part of the lake that readers see. */
const PRIVATE_PATHS = [`${ABOUT_FOLDER}/tmp`, `${ABOUT_FOLDER}/lock`];

/**
 * Whether a key names something a reader may see: every segment is a plain name (not empty, not `.` or `..`, not hidden,
 * no NUL), and it is not in the folders a writer works in. A key that ends in `/` names a folder.
 */
export function isServedKey(key: string): boolean {
  const path = key.endsWith('/') ? key.slice(0, -1) : key;
  if (!path.split('/').every(isServedName)) return false;
  return !PRIVATE_PATHS.some((privatePath) => path === privatePath || path.startsWith(`${privatePath}/`));
}

function isServedName(name: string): boolean {
  // A name with a separator of the platform in it would be taken apart again by the file system.
  const separable = process.platform === 'win32' && /[\\:]/.test(name);
  return name !== '' && !name.startsWith('.') && !name.includes('\0') && !separable;
}
