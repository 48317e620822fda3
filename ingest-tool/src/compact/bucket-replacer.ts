import { ABOUT_FOLDER } from '@tidelake/lake-format';
import type { PublishChange } from '../publish/folder-swapper';
import { StorageConflict, type LakeStorage } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';
import type { FolderReplacer, MadeFile } from './folder-replacer';
import type { PreparedFolder } from './prepared-folders';

const NO_SIGNAL = new AbortController().signal;

/**
 * Replaces folders of a lake in a bucket, where nothing but single objects can be replaced in one step: new objects are
 * written and read back, the manifest is told, then the old ones are removed. Whoever goes by the manifest sees old or
 * new; who lists sees both until the old ones are gone. A run that is interrupted is finished by the next one, because
 * the names of new objects are of their content.
 */
export class BucketReplacer implements FolderReplacer {
  readonly #storage: LakeStorage;
  readonly #publish: PublishChange;
  readonly #keepsOriginals: boolean;
  readonly #made = new Map<string, Uint8Array>();

  /** @param keepsOriginals whether originals are copied below `_tidelake/originals` before they are removed */
  constructor(storage: LakeStorage, publish: PublishChange, keepsOriginals: boolean) {
    this.#storage = storage;
    this.#publish = publish;
    this.#keepsOriginals = keepsOriginals;
  }

  async isAtomic(): Promise<boolean> {
    return false;
  }

  async prepare({ path, bytes }: MadeFile): Promise<void> {
    this.#made.set(path, bytes);
  }

  async put({ path, bytes }: MadeFile): Promise<void> {
    await this.#storage.write(path, bytes, NO_SIGNAL);
  }

  async replace(groups: readonly (readonly PreparedFolder[])[]): Promise<void> {
    const folders = groups.flat();
    const added = folders.flatMap(({ files }) => files);
    const removed = folders.flatMap(({ plan, files }) =>
      plan.inputs.flatMap(({ path }) => (path.startsWith(`${plan.folder}/`) && !files.includes(path) ? [path] : [])),
    );
    for (const path of added) await this.#put(path);
    await this.#publish({ added, removed });
    for (const path of this.#keepsOriginals ? removed : []) await this.#keep(path);
    await this.#storage.remove(removed, NO_SIGNAL);
  }

  async close(): Promise<void> {
    this.#made.clear();
  }

  /** Writes an object unless it is there, and compares what the store has. */
  async #put(path: string): Promise<void> {
    const bytes = this.#made.get(path);
    if (bytes === undefined) throw new Error(`${path} was not prepared`);
    this.#made.delete(path);
    try {
      await this.#storage.write(path, bytes, NO_SIGNAL, { absent: true });
    } catch (error) {
      if (!(error instanceof StorageConflict)) throw error;
    }
    const there = await this.#storage.read(path, NO_SIGNAL);
    if (there !== undefined && Buffer.from(there.bytes).equals(bytes)) return;
    throw new ToolError(
      EXIT.unexpected,
      `${path} in ${this.#storage.url} is not what was written`,
      'Remove this object and run the same command again. The originals are all there.',
    );
  }

  async #keep(path: string): Promise<void> {
    const original = await this.#storage.read(path, NO_SIGNAL);
    if (original === undefined) return;
    await this.#storage.write(`${ABOUT_FOLDER}/originals/${path}`, original.bytes, NO_SIGNAL);
  }
}
