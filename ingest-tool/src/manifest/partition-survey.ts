import { parsePartitionPath, type PartitionKey } from '@tidelake/lake-format';

/** Keys whose values are numbers of the calendar, so that a leading zero is padding and no part of a name. */
const CALENDAR_KEYS = ['year', 'month', 'day', 'hour', 'minute', 'week', 'quarter', 'doy', 'yyyy', 'mm', 'dd', 'hh'];

interface KeySurvey {
  isNumber: boolean;
  isPadded: boolean;
  /** Length of all values; null where they differ. */
  width: number | null | undefined;
}

/** Finds out how a lake that does not describe itself is partitioned, from the paths of all its files. */
export class PartitionSurvey {
  readonly #keys = new Map<string, KeySurvey>();
  #lastFolder: string | undefined;

  add(path: string): void {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    // A listing names the files of a folder one after the other.
    if (folder === this.#lastFolder) return;
    this.#lastFolder = folder;
    for (const { key, value } of parsePartitionPath(path).partitions) {
      const survey = this.#keys.get(key) ?? { isNumber: true, isPadded: false, width: undefined };
      this.#keys.set(key, survey);
      if (value === null) continue;
      survey.isNumber &&= /^-?\d{1,15}$/.test(value);
      survey.isPadded ||= /^0\d/.test(value);
      survey.width = survey.width === undefined || survey.width === value.length ? value.length : null;
    }
  }

  /** The keys in the order of their folders. A key is an integer where all its values are and no zero would be lost. */
  keys(): PartitionKey[] {
    return [...this.#keys].map(([name, { isNumber, isPadded, width }]): PartitionKey => {
      const isCalendar = CALENDAR_KEYS.includes(name.toLowerCase());
      if (!isNumber || width === undefined || (isPadded && !isCalendar)) return { name, type: 'text' };
      // 2025 looks the same padded or not, and for the next 7974 years it makes no difference.
      const isFixed = isPadded || (width === 4 && /^y(?:ear|yyy)$/i.test(name));
      return width !== null && isFixed ? { name, type: 'integer', width } : { name, type: 'integer' };
    });
  }
}
