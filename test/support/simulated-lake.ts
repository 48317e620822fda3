import { createHash } from 'node:crypto';
import { dateOfDay, dayNumberOfDate, formatPartition, MS_PER_DAY, type UtcDate } from '@tidelake/lake-format';
import type { ListingPage, ListingRequest } from '../../ingest-tool/src/serve/object-listing';
import { FileForm, ROWS_PER_FILE } from './simulated-file';
import { listSequence, placeOfKey, type KeySequence } from './key-sequence';
import type { ServedObject, ServedStore } from './served-store';

/** How large a simulated lake is. */
export interface SimulatedLakeShape {
  stations: number;
  days: number;
  filesPerDay: number;
  firstDay: UtcDate;
}

/** Every 15 minutes of 2025 from 500 stations: 17,520,000 files. */
export const YEAR_OF_500_STATIONS: SimulatedLakeShape = {
  stations: 500,
  days: 365,
  filesPerDay: 96,
  firstDay: { year: 2025, month: 1, day: 1 },
};

const MODIFIED = new Date(Date.UTC(2026, 0, 1));

/**
 * A lake of any size that takes no space: listings are computed from the keys' places, and a file is made when it is asked
 * for. All files have the same length, so listings are right without making one.
 */
export class SimulatedLake implements ServedStore {
  readonly shape: SimulatedLakeShape;
  /** Ids in the order they are listed. */
  readonly stations: readonly string[];
  readonly keys: KeySequence;
  readonly #form = new FileForm();
  readonly #stationFolders: string[];
  readonly #dayFolders: string[];
  readonly #names: string[];
  readonly #firstDay: number;
  readonly #fileSize: number;

  constructor(shape: SimulatedLakeShape = YEAR_OF_500_STATIONS) {
    this.shape = shape;
    this.stations = Array.from({ length: shape.stations }, (_, number) => simulatedUuid(number)).sort();
    this.#firstDay = dayNumberOfDate(shape.firstDay);
    this.#stationFolders = this.stations.map((value) => formatPartition({ key: 'station', value }));
    this.#dayFolders = Array.from({ length: shape.days }, (_, day) => dayFolder(dateOfDay(this.#firstDay + day)));
    this.#names = Array.from({ length: shape.filesPerDay }, (_, file) => fileName(file, shape.filesPerDay));
    this.keys = { length: shape.stations * shape.days * shape.filesPerDay, at: (place) => this.#keyAt(place) };
    this.#fileSize = this.#bytesAt(0).byteLength;
  }

  list(request: ListingRequest): Promise<ListingPage> {
    const { places, ...page } = listSequence(this.keys, request);
    return Promise.resolve({ ...page, files: places.map((place) => this.#describe(place)) });
  }

  open(key: string): Promise<ServedObject | undefined> {
    const place = placeOfKey(this.keys, key);
    if (place === undefined) return Promise.resolve(undefined);
    const read = (start: number, end: number): Promise<Uint8Array> =>
      Promise.resolve(this.#bytesAt(place).subarray(start, end));
    return Promise.resolve({ ...this.#describe(place), read });
  }

  #describe(place: number): { key: string; size: number; etag: string; modified: Date } {
    const etag = `"${createHash('md5').update(String(place)).digest('hex')}"`;
    return { key: this.#keyAt(place), size: this.#fileSize, etag, modified: MODIFIED };
  }

  #keyAt(place: number): string {
    const { filesPerDay, days } = this.shape;
    const station = this.#stationFolders[Math.floor(place / (filesPerDay * days))] ?? '';
    const day = this.#dayFolders[Math.floor(place / filesPerDay) % days] ?? '';
    return `${station}/${day}/${this.#names[place % filesPerDay] ?? ''}`;
  }

  /** Rows spread evenly over the file's minutes; `place` itself is a column, so that a test knows which files were read. */
  #bytesAt(place: number): Uint8Array {
    const { filesPerDay, days } = this.shape;
    const batch = (place % filesPerDay || filesPerDay) - 1;
    const batchMs = MS_PER_DAY / filesPerDay;
    const dayMs = (this.#firstDay + (Math.floor(place / filesPerDay) % days)) * MS_PER_DAY;
    const rows = Array.from({ length: ROWS_PER_FILE }, (_, row) => row);
    const times = rows.map((row) => dayMs + batch * batchMs + (row * batchMs) / ROWS_PER_FILE);
    const temperatures = times.map((time) => 14 + 6 * Math.sin((((time % MS_PER_DAY) / 3_600_000) * Math.PI) / 12));
    return this.#form.fill([times, temperatures, rows.map(() => place)]);
  }
}

function dayFolder({ year, month, day }: UtcDate): string {
  return [
    formatPartition({ key: 'year', value: String(year) }),
    formatPartition({ key: 'month', value: twoDigits(month) }),
    formatPartition({ key: 'day', value: twoDigits(day) }),
  ].join('/');
}

/** Named by the end of its batch, so data_0000, which is listed first, holds the last minutes of its day. */
function fileName(file: number, filesPerDay: number): string {
  const minute = Math.floor((file * 1440) / filesPerDay);
  return `data_${twoDigits(Math.floor(minute / 60))}${twoDigits(minute % 60)}.parquet`;
}

function simulatedUuid(number: number): string {
  const hex = createHash('sha256').update(`simulated station ${number}`).digest('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...groups, hex.slice(20, 32)].join('-');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
