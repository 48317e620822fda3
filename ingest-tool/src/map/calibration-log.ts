import { StringDictionary } from '../decode/string-dictionary';
import { BATCH_CAPACITY } from '../inputs/message-batch';
import type { RowColumn } from '../rows/column-values';

/** Name of the column that says which calibrations the values of a row came through. */
export const CALIBRATION_COLUMN = 'calibration_id';

/** What stands between names there. */
export const CALIBRATION_SEPARATOR = '; ';

const MOST_NAMES = 2 ** 20;

/** That column, with the dictionary of its texts. */
export function calibrationColumn({ dictionary }: { dictionary: StringDictionary }): RowColumn {
  return {
    name: CALIBRATION_COLUMN,
    type: 'text',
    role: 'about',
    longName: 'Calibrations that the measured values came through',
    dictionary,
  };
}

/** Remembers for each row of a batch which calibrations were applied to it, as one text: their names, joined by "; ". */
export class CalibrationLog {
  readonly dictionary = new StringDictionary();
  readonly #rows = new Int32Array(BATCH_CAPACITY).fill(-1);
  readonly #names: string[] = [];
  /** The number of a text with one more name, for each text and name met. */
  readonly #joined = new Map<number, number>();

  /** The number of a name, to be noted with. */
  numberOf(name: string): number {
    const known = this.#names.indexOf(name);
    return known >= 0 ? known : this.#names.push(name) - 1;
  }

  /** Notes that a calibration was applied to a row of the batch. */
  note(row: number, name: number): void {
    const before = this.#rows[row] ?? -1;
    const key = (before + 1) * MOST_NAMES + name;
    let joined = this.#joined.get(key);
    if (joined === undefined) {
      const texts = before < 0 ? [] : this.dictionary.textOf(before).split(CALIBRATION_SEPARATOR);
      const text = this.#names[name] ?? '';
      joined = this.dictionary.internText([...texts.filter((own) => own !== text), text].join(CALIBRATION_SEPARATOR));
      this.#joined.set(key, joined);
    }
    this.#rows[row] = joined;
  }

  /** Copies the texts' numbers of the batch's first rows, -1 where nothing was applied, and forgets them. */
  take(count: number, into: Int32Array, at: number): void {
    into.set(this.#rows.subarray(0, count), at);
    this.#rows.fill(-1, 0, count);
  }
}
