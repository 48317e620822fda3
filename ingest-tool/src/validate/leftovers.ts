import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  ABOUT_FOLDER,
  LOCK_PATH,
  MANIFEST_FOLDER,
  ROLLUP_FOLDER,
  SWAP_FOLDER,
  TEMPORARY_FOLDER,
  type ManifestIndex,
} from '@tidelake/lake-format';
import { z } from 'zod';
import type { LakeStorage } from '../storage/lake-storage';
import { JOURNAL_PATH } from '../publish/swap-journal';
import { systemErrorCode } from '../tool-error';
import type { Finding } from './finding';

const holder = z.object({ pid: z.int(), host: z.string() });

/** Finds what killed runs left below `_tidelake` in a folder of this machine, and whether a writer is at work. */
export async function findLocalLeftovers(root: string): Promise<Finding[]> {
  const lock = await readFile(join(root, LOCK_PATH), 'utf8').catch(() => undefined);
  if (lock !== undefined && isHeld(lock)) {
    const message = 'a writer is at work; what is found may be of this moment only';
    return [{ code: 'leftover', severity: 'note', file: LOCK_PATH, message, mend: 'retry' }];
  }
  const findings: Finding[] = [];
  const add = (file: string, message: string): void =>
    void findings.push({ code: 'leftover', severity: 'warning', file, message, mend: 'remove' });
  if (lock !== undefined) add(LOCK_PATH, 'it was left by a run that was killed; the next one takes it over');
  for (const folder of [TEMPORARY_FOLDER, `${ABOUT_FOLDER}/.drafts`]) {
    for (const file of await filesBelow(root, folder)) add(file, 'it was left unfinished by a run that was killed');
  }
  // A run that is killed while it replaces days leaves its journal; what captures have not ingested yet is no leftover.
  const swap = await filesBelow(root, SWAP_FOLDER);
  const isJournalled = swap.includes(JOURNAL_PATH);
  const [first] = isJournalled ? [JOURNAL_PATH] : swap;
  if (first !== undefined) {
    const message = isJournalled
      ? 'a run was interrupted while it replaced days; the next compact or ingest finishes it'
      : 'it was prepared by a run that was killed; the next compact or ingest removes it';
    findings.push({ code: 'leftover', severity: 'warning', file: first, message, mend: 'compact' });
  }
  return findings;
}

/** Finds parts of the manifest and of rollups that the index does not name. Those of the index before are kept on purpose. */
export async function findUnnamedParts(
  storage: LakeStorage,
  { parts, rollups }: ManifestIndex,
  signal: AbortSignal,
): Promise<Finding[]> {
  const named = new Set([...parts, ...rollups].map(({ path }) => path));
  const findings: Finding[] = [];
  for (const folder of [MANIFEST_FOLDER, ROLLUP_FOLDER]) {
    for await (const page of storage.list(`${folder}/`, signal)) {
      for (const { key } of page) {
        if (!key.endsWith('.parquet') || named.has(key)) continue;
        const message = 'the index does not name it: kept for readers of the one before, or left by a killed run';
        const mend = folder === MANIFEST_FOLDER ? 'manifest' : 'rollup';
        findings.push({ code: 'leftover', severity: 'note', file: key, message, mend });
      }
    }
  }
  return findings;
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    const found = await Promise.all(
      entries.map((entry) => {
        const path = `${folder}/${entry.name}`;
        return entry.isDirectory() ? filesBelow(root, path) : [path];
      }),
    );
    return found.flat().sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Whether the process that holds a lock runs. One of another machine is taken to run, as nothing here can tell. */
function isHeld(lock: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(lock);
  } catch {
    return false;
  }
  const parsed = holder.safeParse(value);
  if (!parsed.success) return false;
  if (parsed.data.host !== hostname()) return true;
  try {
    process.kill(parsed.data.pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}
