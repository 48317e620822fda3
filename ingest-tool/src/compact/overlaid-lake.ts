import type { ColumnDescription } from '@tidelake/lake-format';
import type { OverlayOutcome } from '../overlay/apply-overlay';
import { EntryTally } from '../overlay/entry-tally';
import { FolderRules } from '../overlay/folder-rules';
import { entryWords, type Overlay } from '../overlay/overlay';
import type { FileFacts } from './compact-plan';
import type { CompactReport } from './compact-report';
import { endOf, type TimeFolder } from './time-folder';

/** An overlay on its way through a lake: which folders it concerns, and what it came to so far. */
export class OverlaidLake {
  readonly rules: FolderRules;
  readonly #overlay: Overlay;
  readonly #tally = new EntryTally();
  readonly #columns = new Map<string, ColumnDescription>();
  #foreign = 0;

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
    this.rules = new FolderRules(overlay);
  }

  /** Whether an entry may be about rows of a folder, by the times that its files have. */
  concerns({ station, grain }: TimeFolder, files: readonly FileFacts[]): boolean {
    return files.some(({ starts }) => starts.some((start) => this.rules.concern(station, start, endOf(grain, start))));
  }

  /** Takes note of what became of a folder. */
  note({ counts, foreign, columns }: OverlayOutcome): void {
    this.#tally.addAll(counts);
    this.#foreign += foreign;
    for (const column of columns) if (!this.#columns.has(column.name)) this.#columns.set(column.name, column);
  }

  report(): NonNullable<CompactReport['overlay']> {
    const entries = entryWords(this.#overlay).map((entry, index) => {
      const { rows, changed } = this.#tally.of(index);
      return { entry, rows, changed };
    });
    // Folders come in any order.
    const columns = [...this.#columns.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    return { entries, calibratedElsewhere: this.#foreign, columns };
  }
}
