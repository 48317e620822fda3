import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SWAP_FOLDER } from '@tidelake/lake-format';
import { z } from 'zod';
import { EXIT, ToolError } from '../tool-error';
import { putDurably, readIfThere, syncFolder } from '../write/durable-file';

/** Says what is about to be replaced, while it is. */
export const JOURNAL_PATH = `${SWAP_FOLDER}/journal.json`;

const folderSwap = z.object({
  /** The folder that is replaced, relative to the lake's root. */
  folder: z.string(),
  /** Data files it has afterwards and did not have, relative to the lake's root. */
  added: z.array(z.string()),
  /** Data files it does not have any more, with size and time as they were read. */
  removed: z.array(z.object({ path: z.string(), etag: z.string() })),
});

const swapJournal = z.object({
  version: z.literal(1),
  swaps: z.array(folderSwap),
  /** Where originals go, an absolute path; null where they are removed. */
  archive: z.string().nullable(),
});

/** A folder to be replaced by one that is prepared. */
export type FolderSwap = z.infer<typeof folderSwap>;
/** What is about to be replaced: whoever finds it carries it out, whatever was done of it already. */
export type SwapJournal = z.infer<typeof swapJournal>;

/**
 * The journal of an interrupted writer; undefined where there is none.
 * @throws ToolError where it cannot be understood
 */
export async function readJournal(root: string): Promise<SwapJournal | undefined> {
  const path = join(root, JOURNAL_PATH);
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    return swapJournal.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new ToolError(
      EXIT.unexpected,
      `${path} cannot be understood, so it is not clear what was interrupted`,
      'Was it written by a newer tidelake? Then use that one; what it was about to replace is beside it.',
      { cause: error },
    );
  }
}

/** Makes a journal durable, before anything that it announces is done. */
export async function writeJournal(root: string, journal: SwapJournal): Promise<void> {
  const path = join(root, JOURNAL_PATH);
  await putDurably(path, Buffer.from(`${JSON.stringify(journal)}\n`), `${path}.new`, (written) => {
    swapJournal.parse(JSON.parse(Buffer.from(written).toString('utf8')));
  });
}

/** Forgets a journal that was carried out. */
export async function removeJournal(root: string): Promise<void> {
  await rm(join(root, JOURNAL_PATH), { force: true });
  await syncFolder(join(root, SWAP_FOLDER));
}

/** Removes everything a writer prepared and never announced. */
export async function removePrepared(root: string): Promise<void> {
  if ((await readFile(join(root, JOURNAL_PATH)).catch(() => undefined)) !== undefined) return;
  await rm(join(root, SWAP_FOLDER), { recursive: true, force: true });
}
