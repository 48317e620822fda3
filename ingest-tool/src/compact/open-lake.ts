import { readdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DESCRIPTION_PATH, parseLakeDescription, type LakeDescription } from '@tidelake/lake-format';
import type { LakeStorage } from '../storage/lake-storage';
import { openStorage } from '../storage/open-storage';
import { parseStorageAddress } from '../storage/storage-address';
import { EXIT, explainSystemError, ToolError } from '../tool-error';

const NO_SIGNAL = new AbortController().signal;

/** A lake that is to be worked on. */
export interface OpenLake {
  storage: LakeStorage;
  /** For threads to open the storage again. */
  address: string;
  /** Real path of the lake's folder; undefined where it is in a bucket. */
  root: string | undefined;
  /** What the lake says of itself; undefined where it says nothing. */
  description: LakeDescription | undefined;
}

/**
 * Opens a lake by its address.
 * @throws ToolError where there is none, or its lake.json cannot be read
 */
export async function openLake(address: string): Promise<OpenLake> {
  const place = parseStorageAddress(address);
  if (place.kind === 'folder') {
    await readdir(place.path).catch((error: unknown) => {
      throw explainSystemError(error, 'open the lake', place.path, EXIT.usage);
    });
  }
  const root = place.kind === 'folder' ? await realpath(place.path).catch(() => resolve(place.path)) : undefined;
  const storage = await openStorage(root ?? address);
  return { storage, address: root ?? address, root, description: await descriptionOf(storage) };
}

async function descriptionOf(storage: LakeStorage): Promise<LakeDescription | undefined> {
  const read = await storage.read(DESCRIPTION_PATH, NO_SIGNAL);
  if (read === undefined) return undefined;
  try {
    return parseLakeDescription(Buffer.from(read.bytes).toString('utf8'));
  } catch (error) {
    throw new ToolError(
      EXIT.usage,
      `${DESCRIPTION_PATH} of ${storage.url} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'If it was written by a newer tidelake, use that one. If it is damaged, move it away.',
      { cause: error },
    );
  }
}
