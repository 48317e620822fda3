import { createHash } from 'node:crypto';
import { access, appendFile, constants, mkdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { ABOUT_FOLDER } from '@tidelake/lake-format';
import { z } from 'zod';
import { EXIT, explainSystemError, systemErrorCode } from '../tool-error';
import { putDurably } from '../write/durable-file';

const JOURNAL_FOLDER = `${ABOUT_FOLDER}/.push`;

const line = z.union([
  z.object({ to: z.string() }),
  /** An upload in parts has begun. */
  z.object({ key: z.string(), uploadId: z.string() }),
  /** An upload in parts has ended. */
  z.object({ key: z.string(), ended: z.literal(true) }),
  /** A store gave an object an ETag that does not follow from its bytes. */
  z.object({ key: z.string(), md5: z.string(), etag: z.string() }),
]);
type Line = z.infer<typeof line>;

/**
 * What a push to one place must remember over its end, be it a kill: uploads in parts that have begun, and ETags that do
 * not follow from an object's bytes, as of encrypted buckets. What else is there, its listing tells.
 */
export class PushJournal {
  /** Whether an earlier push was cut off: then the store may know of uploads that are not in the journal. */
  readonly wasCutOff: boolean;
  readonly #file: string;
  readonly #uploads = new Map<string, string>();
  readonly #etags = new Map<string, { md5: string; etag: string }>();
  readonly #to: string;
  #writing: Promise<void> = Promise.resolve();
  #exists: boolean;

  private constructor(file: string, to: string, text: string | undefined) {
    this.#file = file;
    this.#to = to;
    this.#exists = text !== undefined;
    let open = false;
    for (const entry of (text ?? '').split('\n').flatMap(parseLine)) {
      if ('to' in entry) open = true;
      else if ('uploadId' in entry) this.#uploads.set(entry.key, entry.uploadId);
      else if ('ended' in entry) this.#uploads.delete(entry.key);
      else this.#etags.set(entry.key, entry);
    }
    this.wasCutOff = open;
  }

  /**
   * @param lake its folder; where it cannot be written to, the journal lies in the user's state folder
   * @param to the address pushed to, without secrets
   */
  static async open(lake: string, to: string): Promise<PushJournal> {
    const id = createHash('sha256').update(`${lake}\n${to}`).digest('hex').slice(0, 16);
    const inLake = path.join(lake, JOURNAL_FOLDER, `${id}.jsonl`);
    const state = process.env['XDG_STATE_HOME'] || path.join(homedir(), '.local/state');
    const file = (await isWritable(lake)) ? inLake : path.join(state, 'tidelake/push', `${id}.jsonl`);
    try {
      return new PushJournal(file, to, await readFile(file, 'utf8'));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return new PushJournal(file, to, undefined);
      throw explainSystemError(error, 'read', file, EXIT.unexpected);
    }
  }

  /** Notes that a push begins. */
  async begin(): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true }).catch((error: unknown) => {
      throw explainSystemError(error, 'write', this.#file, EXIT.unexpected);
    });
    // What a kill cut off in the middle of a line ends here.
    if (this.#exists) await this.#append('\n');
    await this.#note({ to: this.#to });
  }

  /** Uploads of earlier runs that are still open, by key. */
  get uploads(): ReadonlyMap<string, string> {
    return this.#uploads;
  }

  async beginUpload(key: string, uploadId: string): Promise<void> {
    this.#uploads.set(key, uploadId);
    await this.#note({ key, uploadId });
  }

  async endUpload(key: string): Promise<void> {
    if (this.#uploads.delete(key)) await this.#note({ key, ended: true });
  }

  /** The MD5 of the bytes that an object with this ETag was made of, where the ETag itself does not tell. */
  knownMd5(key: string, etag: string): string | undefined {
    const known = this.#etags.get(key);
    return known?.etag === etag ? known.md5 : undefined;
  }

  async noteEtag(key: string, md5: string, etag: string): Promise<void> {
    this.#etags.set(key, { md5, etag });
    await this.#note({ key, md5, etag });
  }

  /** Ends a push that came to its end: keeps what the next one needs, or nothing. */
  async finish(): Promise<void> {
    await this.#writing;
    const lines: Line[] = [
      ...[...this.#uploads].map(([key, uploadId]) => ({ key, uploadId })),
      ...[...this.#etags].map(([key, { md5, etag }]) => ({ key, md5, etag })),
    ];
    if (lines.length === 0) await rm(this.#file, { force: true });
    else {
      const text = lines.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      await putDurably(this.#file, Buffer.from(text), `${this.#file}.${process.pid}`);
    }
  }

  #note(entry: Line): Promise<void> {
    return this.#append(`${JSON.stringify(entry)}\n`);
  }

  async #append(text: string): Promise<void> {
    // One after the other, so that lines never mingle.
    const written = this.#writing.then(() => appendFile(this.#file, text));
    this.#writing = written.catch(() => undefined);
    await written.catch((error: unknown) => {
      throw explainSystemError(error, 'write', this.#file, EXIT.unexpected);
    });
    this.#exists = true;
  }
}

async function isWritable(folder: string): Promise<boolean> {
  return await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

function parseLine(text: string): Line[] {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
