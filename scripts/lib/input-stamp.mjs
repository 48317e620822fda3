import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Beside what was made lies the hash of what it was made of; a hidden file, so it is neither served nor read as data. */
const STAMP = '.inputs.sha256';

/** The hash of files and folders: names and bytes. Inputs that are not there count as empty. */
export function hashInputs(root, inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap((input) => filesOf(path.join(root, input)))) {
    hash.update(`\n${path.relative(root, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Whether a folder was made of exactly these inputs. */
export function isUpToDate(folder, hash) {
  const stamp = path.join(folder, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** Notes what a folder was made of. */
export function writeStamp(folder, hash) {
  writeFileSync(path.join(folder, STAMP), hash);
}

function filesOf(input) {
  if (!existsSync(input)) return [];
  if (!statSync(input).isDirectory()) return [input];
  return readdirSync(input, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
