import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, explainSystemError } from '../tool-error';
import { syncFolder } from '../write/durable-file';

/** A file of the spool that no more is written to. */
export interface SpoolFile {
  path: string;
  messages: number;
}

/**
 * Messages on their way to the disk, one capture file after the other. Many messages share one write and one sync: whoever
 * waits for {@link synced} waits for all that was appended before.
 */
export class Spool {
  readonly #folder: string;
  #serial: number;
  #file: FileHandle | undefined;
  #path = '';
  #messages = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #appended = 0;
  #durable = 0;
  #working: Promise<void> | undefined;
  #failure: Error | undefined;

  /** @param serial the number of the first file; none of that or a higher number is in the folder */
  constructor(folder: string, serial: number) {
    this.#folder = folder;
    this.#serial = serial;
  }

  /** Bytes that are not on the disk yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Messages in the file that is written to, those on their way included. */
  get messages(): number {
    return this.#messages;
  }

  /** Takes on a message, which is safe once {@link synced} has been awaited. */
  append(line: Buffer): void {
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    this.#appended++;
    this.#messages++;
  }

  /**
   * Waits until everything appended so far would survive a loss of power.
   * @throws ToolError where the disk refuses, now and ever after
   */
  async synced(): Promise<void> {
    const wanted = this.#appended;
    while (this.#durable < wanted) {
      if (this.#failure !== undefined) throw this.#failure;
      await (this.#working ??= this.#commit());
    }
  }

  /** Ends the file that is written to; undefined where nothing was written. */
  async rotate(): Promise<SpoolFile | undefined> {
    await this.synced();
    while (this.#working !== undefined) await this.#working;
    const file = this.#file;
    if (file === undefined) return undefined;
    const ended = { path: this.#path, messages: this.#messages - this.#pending.length };
    this.#file = undefined;
    this.#messages = this.#pending.length;
    await file.close();
    return ended;
  }

  async #commit(): Promise<void> {
    const lines = this.#pending;
    const target = this.#appended;
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      this.#file ??= await this.#next();
      await this.#file.writeFile(Buffer.concat(lines));
      await this.#file.datasync();
      this.#durable = target;
    } catch (error) {
      this.#failure = explainSystemError(error, 'write', this.#path, EXIT.unexpected);
      throw this.#failure;
    } finally {
      this.#working = undefined;
    }
  }

  async #next(): Promise<FileHandle> {
    this.#path = join(this.#folder, spoolFileName(this.#serial++));
    const file = await open(this.#path, 'wx');
    await syncFolder(this.#folder);
    return file;
  }
}

/** The name of a spool's nth file. */
function spoolFileName(serial: number): string {
  return `messages-${String(serial).padStart(8, '0')}.log`;
}

/** The number in a file's name; undefined where it is none of a spool. */
export function spoolSerial(name: string): number | undefined {
  const match = /^messages-(\d+)\.log$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
