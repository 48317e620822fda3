import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built site: the nearest `dist/` with an index.html, from this module's folder upwards. Undefined before a build. */
export function findBuiltSite(from = path.dirname(fileURLToPath(import.meta.url))): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const site = path.join(folder, 'dist');
    if (isSite(site)) return site;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Whether a folder holds a site: it has an index.html. */
export function isSite(folder: string): boolean {
  return existsSync(path.join(folder, 'index.html'));
}
