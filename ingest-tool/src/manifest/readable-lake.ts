import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LakeDescription } from '@tidelake/lake-format';
import { requireLakeFolder } from '../storage/lake-folder';
import type { LakeStorage } from '../storage/lake-storage';
import { LocalStorage } from '../storage/local-storage';
import { openStorage, type StorageOptions } from '../storage/open-storage';
import { parseStorageAddress } from '../storage/storage-address';
import { EXIT, ToolError } from '../tool-error';
import { readLakeState, type LakeState } from './manifest-store';
import { refreshManifest, type ManifestProgress } from './refresh-manifest';

/** A lake to be read, whoever wrote it. */
export interface ReadableLake {
  /** Where lake.json and manifest are. */
  lake: LakeStorage;
  /** Where the data files are. */
  data: LakeStorage;
  state: LakeState;
  description: LakeDescription;
  close(): Promise<void>;
}

/**
 * Opens a lake, on this machine or in a bucket, to read it. One that does not describe itself is surveyed: its files'
 * footers are read, and what they say is kept in a temporary folder until the lake is closed.
 * @param onSurvey called while a lake is surveyed
 * @throws ToolError where there is no lake, or a file of one that does not describe itself cannot be read
 */
export async function openReadableLake(
  address: string,
  options: StorageOptions,
  signal: AbortSignal,
  onSurvey: (progress: ManifestProgress) => void,
): Promise<ReadableLake> {
  const place = parseStorageAddress(address);
  if (place.kind === 'folder') await requireLakeFolder(place.path);
  const lake = await openStorage(address, options);
  const state = await readLakeState(lake, signal);
  const { description } = state;
  if (description === undefined) return await surveyed(lake, signal, onSurvey);
  const data = description.dataRoot === undefined ? lake : await openStorage(description.dataRoot, options);
  return { lake, data, state, description, close: () => Promise.resolve() };
}

async function surveyed(
  data: LakeStorage,
  signal: AbortSignal,
  onProgress: (progress: ManifestProgress) => void,
): Promise<ReadableLake> {
  const folder = await mkdtemp(join(tmpdir(), 'tidelake-survey-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const storage = new LocalStorage(folder);
    const { files, damaged } = await refreshManifest({
      data,
      storage,
      dataRoot: undefined,
      h3: null,
      checksums: false,
      isExclusive: true,
      signal,
      onProgress,
    });
    const [first] = damaged;
    if (first !== undefined) {
      throw new ToolError(
        EXIT.input,
        `${first.path} of ${data.url} cannot be read: ${first.reason}`,
        'tidelake validate tells what else is wrong; move such files away to read the rest.',
      );
    }
    const state = await readLakeState(storage, signal);
    if (files > 0 && state.description !== undefined) {
      return { lake: storage, data, state, description: state.description, close };
    }
    throw new ToolError(
      EXIT.input,
      `${data.url} holds no lake: it has no lake.json and no Parquet file`,
      'Name the root of a lake: the folder with station=…, or the like, in it.',
    );
  } catch (error) {
    await close();
    throw error;
  }
}
