import type { ExportBatch, ExportOptions } from '../export/export-options';

/** The export worker as the page sees it, over Comlink. */
export interface ExportSession {
  /**
   * Writes a file.
   * @param next the next rows; undefined when there are none left
   * @param take takes the next piece of the file
   */
  write(
    options: ExportOptions,
    next: () => Promise<ExportBatch | undefined>,
    take: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void>;
}
