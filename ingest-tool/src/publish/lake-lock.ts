import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LOCK_PATH, TEMPORARY_FOLDER } from '@tidelake/lake-format';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { ProcessLock } from './process-lock';

/** Another writer is at work; it will be done some time. */
export class LakeBusyError extends ToolError {}

/**
 * The right to write to a lake, and a folder for what is not finished. There is one at a time; one left by a process
 * that is gone is taken over, and what it left unfinished is removed.
 */
export class LakeLock {
  /** An empty folder on the lake's own file system. */
  readonly temporaryFolder: string;
  readonly #lock: ProcessLock;

  private constructor(lock: ProcessLock, temporaryFolder: string) {
    this.#lock = lock;
    this.temporaryFolder = temporaryFolder;
  }

  /**
   * @param root the lake; its folder is made where it is missing
   * @throws LakeBusyError where another writer is at work
   * @throws ToolError where the folder cannot be written to
   */
  static async acquire(root: string): Promise<LakeLock> {
    const path = join(root, LOCK_PATH);
    try {
      await mkdir(dirname(path), { recursive: true });
      const lock = await ProcessLock.take(path);
      if (!(lock instanceof ProcessLock)) {
        throw new LakeBusyError(
          EXIT.unexpected,
          `The lake is being written by ${lock.holder}`,
          `Wait until it is done. If nothing is running there any more, remove ${path}.`,
        );
      }
      const unfinished = join(root, TEMPORARY_FOLDER);
      await rm(unfinished, { recursive: true, force: true });
      const temporaryFolder = join(unfinished, String(process.pid));
      await mkdir(temporaryFolder, { recursive: true });
      return new LakeLock(lock, temporaryFolder);
    } catch (error) {
      throw explainSystemError(error, 'write to the lake at', root, EXIT.unexpected);
    }
  }

  /** Removes the temporary folder and gives the lake free. */
  async release(): Promise<void> {
    await rm(dirname(this.temporaryFolder), { recursive: true, force: true });
    await this.#lock.release();
  }
}
