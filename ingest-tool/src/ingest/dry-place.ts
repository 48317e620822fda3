import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLost, readPartition } from '../write/partition-files';
import type { DayRows } from './write-days';

/** A folder outside the lake for what a dry run cannot keep in memory. */
export class DryPlace {
  readonly temporaryFolder: string;

  private constructor(temporaryFolder: string) {
    this.temporaryFolder = temporaryFolder;
  }

  static async make(): Promise<DryPlace> {
    return new DryPlace(await mkdtemp(join(tmpdir(), 'tidelake-dry-run-')));
  }

  /** Removes it. */
  async release(): Promise<void> {
    await rm(this.temporaryFolder, { recursive: true, force: true });
  }
}

/** The files of a lake as a dry run sees them: they can be read, and stay as they are. */
export function dryFiles(root: string): DayRows['files'] {
  return {
    read: (folder) => readPartition(root, folder),
    replace: () => Promise.resolve(),
    readLost: (folder) => readLost(root, folder),
    putLost: () => Promise.resolve(),
  };
}
