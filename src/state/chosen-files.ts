import { LakeError } from '../lake/lake-error';
import type { ChosenFile, LakeSource } from '../sources/lake-source';

/** Not in TypeScript's own library yet: File System Access API, https://wicg.github.io/file-system-access/ */
interface HandleItem extends DataTransferItem {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}
interface PickerWindow extends Window {
  showDirectoryPicker?: (options: { id: string; mode: 'read' }) => Promise<FileSystemDirectoryHandle>;
}

/** Whether the browser has a picker that hands out a folder's handle; else an input must do. */
export function hasFolderPicker(): boolean {
  const page: PickerWindow = window;
  return page.showDirectoryPicker !== undefined;
}

/** Lets the reader choose a folder; undefined where they do not. */
export async function pickFolder(): Promise<LakeSource | undefined> {
  const page: PickerWindow = window;
  try {
    const handle = await page.showDirectoryPicker?.({ id: 'lake', mode: 'read' });
    return handle && { kind: 'folder', name: handle.name, handle };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** What a `webkitdirectory` input gave. */
export function sourceOfInput(files: FileList): LakeSource | undefined {
  const chosen = Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  return chosen.length === 0 ? undefined : { kind: 'files', name: nameOf(chosen), files: chosen };
}

/**
 * What was dropped: a folder, several, or Parquet files. A single folder is handed on by its handle where the browser
 * has one, so that it is read only as far as queries need; else all names below it are read now.
 * @throws LakeError `not-a-lake` where nothing of it is a folder or a Parquet file
 */
export async function sourceOfDrop(transfer: DataTransfer): Promise<LakeSource> {
  // Nothing of a transfer can be asked for once the event is over: all of it is asked for at once.
  const items = Array.from(transfer.items).filter(({ kind }) => kind === 'file');
  const [first]: HandleItem[] = items;
  const handle = items.length === 1 ? first?.getAsFileSystemHandle?.() : undefined;
  const entries = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const folder = await handle?.catch(() => null);
  if (folder instanceof FileSystemDirectoryHandle) return { kind: 'folder', name: folder.name, handle: folder };
  const nested = await Promise.all(
    entries.map(({ entry, file }) => (entry ? filesOfEntry(entry) : file ? [{ path: file.name, file }] : [])),
  );
  const files = nested.flat();
  if (!files.some(({ path }) => /\.parquet$/i.test(path))) throw nothingDropped(files);
  return { kind: 'files', name: nameOf(files), files };
}

/** The folder that is common to files, else how many they are. */
function nameOf(files: readonly ChosenFile[]): string {
  const [first] = files;
  if (!first) return '';
  const folder = first.path.split('/')[0] ?? '';
  if (first.path.includes('/') && files.every(({ path }) => path.startsWith(`${folder}/`))) return folder;
  return files.length === 1 ? first.path : `${files.length} files`;
}

async function filesOfEntry(entry: FileSystemEntry): Promise<ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isFileEntry(entry)) return [{ path, file: await new Promise<File>((done, fail) => entry.file(done, fail)) }];
  if (!isFolderEntry(entry)) return [];
  const reader = entry.createReader();
  const found: ChosenFile[] = [];
  // A reader gives its entries a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(filesOfEntry))).flat());
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function nothingDropped(files: readonly ChosenFile[]): LakeError {
  const seen =
    files.length === 0
      ? 'nothing that is a file'
      : files
          .slice(0, 3)
          .map(({ path }) => path)
          .join(', ');
  return new LakeError({
    code: 'not-a-lake',
    message: `What was dropped holds no Parquet file: ${seen}.`,
    advice: 'Drop the folder above the station=… or year=… folders of a lake, or .parquet files.',
    remedy: 'folder',
  });
}
