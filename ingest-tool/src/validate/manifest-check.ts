import type { LakeDescription, ManifestPart, RollupPart } from '@tidelake/lake-format';
import type { ManifestRow } from '../manifest/manifest-row';
import { keepsEtags, readPart, type LakeState } from '../manifest/manifest-store';
import { identitiesOf, rowsOf, type FileIdentity } from '../manifest/part-rows';
import { isInRollup, scopeOf, SourceDigest } from '../manifest/source-digest';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import type { FindingLog } from './finding';

/** Compares a lake's manifest with its files, and its rollups with the manifest. */
export class ManifestCheck {
  readonly #storage: LakeStorage;
  readonly #data: LakeStorage;
  readonly #state: LakeState;
  readonly #log: FindingLog;
  readonly #signal: AbortSignal;
  readonly #digests = new Map<RollupPart, SourceDigest>();
  /** Months of which a part cannot be read: what it named is unknown. */
  readonly #broken = new Set<string>();

  /** @param storage where the manifest is; `data` where the files are */
  constructor(storage: LakeStorage, data: LakeStorage, state: LakeState, log: FindingLog, signal: AbortSignal) {
    this.#storage = storage;
    this.#data = data;
    this.#state = state;
    this.#log = log;
    this.#signal = signal;
    for (const rollup of state.index.rollups) this.#digests.set(rollup, new SourceDigest());
  }

  get exists(): boolean {
    return this.#state.indexEtag !== undefined;
  }

  /** The files that the manifest names of a month, in the order of their paths. */
  async *named(month: string): AsyncGenerator<FileIdentity> {
    const { index, description } = this.#state;
    for (const part of index.parts.filter((each) => each.month === month)) {
      let files: FileIdentity[] = [];
      try {
        const bytes = await readPart(this.#storage, part, this.#signal);
        if (index.rollups.length === 0) files = identitiesOf(bytes);
        else {
          const rows = rowsOf(bytes);
          if (description !== undefined) for (const row of rows) this.#digest(row, description);
          files = rows;
        }
        if (files.length !== part.files)
          throw new Error(`it names ${files.length} files, the index says ${part.files}`);
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#breaks(part, error);
      }
      yield* files;
    }
  }

  /** Takes note of a path that the manifest names, the listing has, or both. */
  compare(month: string, file: FileIdentity | undefined, object: StoredObject | undefined): void {
    if (!this.exists) return;
    if (object === undefined) {
      if (file === undefined) return;
      const message = 'the manifest names it and it is not there';
      this.#add('manifest-names-missing-file', 'damage', file.path, message);
    } else if (file === undefined) {
      if (this.#broken.has(month)) return;
      this.#add('manifest-lacks-file', 'damage', object.key, 'it is not in the manifest, so that nobody reads it');
    } else if (file.bytes !== object.size) {
      const message = `it has ${object.size} bytes, ${file.bytes} in the manifest`;
      this.#add('manifest-out-of-date', 'damage', object.key, message);
    } else if (keepsEtags(this.#data) ? file.etag !== null && file.etag !== object.etag : this.#isYounger(object)) {
      this.#add('manifest-out-of-date', 'warning', object.key, 'it was written after the manifest');
    }
  }

  /** Looks for the rollups that the index lists; called after all files were named. */
  async checkRollups(): Promise<void> {
    for (const [rollup, digest] of this.#digests) {
      const read = await this.#storage.read(rollup.path, this.#signal, { start: 0, end: 4 });
      if (read === undefined) {
        const message = 'the index lists it and it is not there';
        this.#log.add({ code: 'rollup-missing', severity: 'damage', file: rollup.path, message, mend: 'rollup' });
      } else if (digest.toString() !== rollup.source && this.#broken.size === 0) {
        const message = 'it was made from other files than those of the manifest';
        this.#log.add({ code: 'rollup-stale', severity: 'damage', file: rollup.path, message, mend: 'rollup' });
      }
    }
  }

  #digest(row: ManifestRow, description: LakeDescription): void {
    const scope = scopeOf(row, description);
    for (const [rollup, digest] of this.#digests) if (isInRollup(rollup, scope)) digest.add(row);
  }

  #breaks(part: ManifestPart, error: unknown): void {
    this.#broken.add(part.month);
    const message = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    this.#log.add({ code: 'manifest-unreadable', severity: 'damage', file: part.path, message, mend: 'manifest' });
  }

  #isYounger({ etag }: StoredObject): boolean {
    const time = (tag: string | undefined): bigint => BigInt(/^\d+-(\d+)$/.exec(tag ?? '')?.[1] ?? 0);
    return time(etag) >= time(this.#state.indexEtag);
  }

  #add(
    code: 'manifest-lacks-file' | 'manifest-names-missing-file' | 'manifest-out-of-date',
    severity: 'damage' | 'warning',
    file: string,
    message: string,
  ): void {
    this.#log.add({ code, severity, file, message, mend: 'manifest' });
  }
}
