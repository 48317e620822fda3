import {
  ABOUT_FOLDER,
  DESCRIPTION_PATH,
  isDataPath,
  MANIFEST_FOLDER,
  MANIFEST_INDEX_PATH,
  parseManifestIndex,
  QUARANTINE_FOLDER,
} from '@tidelake/lake-format';
import type { LakeStorage } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';

/** A file of which readers are told the newest version only: what it says, and which version that was. */
export interface FrontFile {
  bytes: Uint8Array;
  etag: string;
}

/** The two files through which readers find what else is in a lake. */
export interface LakeFront {
  index?: FrontFile;
  description?: FrontFile;
}

/** Where rollups lie. */
const ROLLUP_FOLDER = `${ABOUT_FOLDER}/rollup`;

/** What a file of a lake is, in the order in which files are put in place; `none` for what is not transferred. */
export type LakeRole = 'data' | 'part' | 'quarantine' | 'front' | 'none';

export async function readFront(lake: LakeStorage, signal: AbortSignal): Promise<LakeFront> {
  const index = await lake.read(MANIFEST_INDEX_PATH, signal);
  const description = await lake.read(DESCRIPTION_PATH, signal);
  return { ...(index === undefined ? {} : { index }), ...(description === undefined ? {} : { description }) };
}

/** Whether two versions of a file, or its absence, are the same. */
export function isSameFront(a: FrontFile | undefined, b: FrontFile | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a.bytes, b.bytes) === 0;
}

/** What a key of a lake is for. */
export function roleOf(key: string): LakeRole {
  if (key === MANIFEST_INDEX_PATH || key === DESCRIPTION_PATH) return 'front';
  if (key.startsWith(`${MANIFEST_FOLDER}/`) || key.startsWith(`${ROLLUP_FOLDER}/`)) return 'part';
  if (key.startsWith(`${QUARANTINE_FOLDER}/`)) return 'quarantine';
  // What else may come to stand among what is about the lake is its writers' own.
  return key.startsWith(`${ABOUT_FOLDER}/`) ? 'none' : 'data';
}

/** Whether a key is one that a lake may have no more: other files beside it are not the lake's to remove. */
export function isRemovable(key: string): boolean {
  return isDataPath(key) || roleOf(key) === 'part';
}

/**
 * Keys of the manifest parts and rollups that an index names.
 * @throws ToolError where the index cannot be read
 */
export function partsOf(front: LakeFront, lake: string): Set<string> {
  if (front.index === undefined) return new Set();
  try {
    const index = parseManifestIndex(Buffer.from(front.index.bytes).toString('utf8'));
    return new Set([...index.parts, ...index.rollups].map(({ path }) => path));
  } catch (error) {
    throw new ToolError(
      EXIT.input,
      `${lake}/${MANIFEST_INDEX_PATH} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Build it anew with: tidelake manifest',
      { cause: error },
    );
  }
}
