import { ABOUT_FOLDER, type ColumnDescription } from '@tidelake/lake-format';
import type { LakeStorage } from '../storage/lake-storage';
import type { Overlay } from './overlay';
import { parseOverlay } from './read-overlay';

/** Where a lake keeps the overlay that was laid over it last, as its author wrote it. */
export const KEPT_OVERLAY_PATH = `${ABOUT_FOLDER}/overlay.yaml`;

const NO_SIGNAL = new AbortController().signal;

/**
 * The overlay that a lake keeps; undefined where it keeps none.
 * @param described columns of the lake; none where it does not describe itself
 * @throws ToolError where somebody changed it and it is wrong now
 */
export async function readKeptOverlay(
  storage: LakeStorage,
  described: readonly ColumnDescription[],
): Promise<Overlay | undefined> {
  const kept = await storage.read(KEPT_OVERLAY_PATH, NO_SIGNAL);
  if (kept === undefined) return undefined;
  return parseOverlay(Buffer.from(kept.bytes).toString('utf8'), `${storage.url}/${KEPT_OVERLAY_PATH}`, described);
}

/** Keeps an overlay in the lake, so that days written from now on get it as well. */
export async function keepOverlay(storage: LakeStorage, text: string): Promise<void> {
  const kept = await storage.read(KEPT_OVERLAY_PATH, NO_SIGNAL);
  const bytes = Buffer.from(text);
  if (kept === undefined || !bytes.equals(kept.bytes)) await storage.write(KEPT_OVERLAY_PATH, bytes, NO_SIGNAL);
}

/** Forgets the overlay of a lake. What it changed stays changed. */
export async function forgetOverlay(storage: LakeStorage): Promise<void> {
  await storage.remove([KEPT_OVERLAY_PATH], NO_SIGNAL);
}
