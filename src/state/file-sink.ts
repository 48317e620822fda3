/** Where a file goes while it is written. */
export interface FileSink {
  write(bytes: Uint8Array): Promise<void>;
  /** Finishes the file. */
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** Not in TypeScript's own library yet: File System Access API, https://wicg.github.io/file-system-access/ */
interface SavingWindow extends Window {
  showSaveFilePicker?: (options: { suggestedName: string; id: string }) => Promise<FileSystemFileHandle>;
}

/**
 * Lets the reader choose where a file goes, and writes it there piece by piece; where the browser has no such thing, the
 * pieces are gathered and downloaded at the end.
 * @returns undefined where the reader chose nothing
 */
export async function openFileSink(name: string, mediaType: string): Promise<FileSink | undefined> {
  const page: SavingWindow = window;
  if (!page.showSaveFilePicker) return downloadSink(name, mediaType);
  try {
    const handle = await page.showSaveFilePicker({ suggestedName: name, id: 'export' });
    const file = await handle.createWritable();
    return {
      write: (bytes) => file.write(Uint8Array.from(bytes)),
      close: () => file.close(),
      abort: () => file.abort(),
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    // In frames of other sites the picker is not allowed, but downloads are.
    return downloadSink(name, mediaType);
  }
}

function downloadSink(name: string, mediaType: string): FileSink {
  let parts: Blob[] = [];
  return {
    write: (bytes) => {
      parts.push(new Blob([Uint8Array.from(bytes)]));
      return Promise.resolve();
    },
    close: () => {
      downloadFile(name, new Blob(parts, { type: mediaType }));
      return Promise.resolve();
    },
    abort: () => {
      parts = [];
      return Promise.resolve();
    },
  };
}

/** Hands a file to the browser's downloads. */
export function downloadFile(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // Some browsers begin to read it only later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
