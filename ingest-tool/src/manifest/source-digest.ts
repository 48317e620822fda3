import { createHash } from 'node:crypto';
import { UNKNOWN_MONTH, type LakeDescription, type RollupPart } from '@tidelake/lake-format';
import { compareKeys } from '../serve/key-order';
import { columnKey, type ManifestRow } from './manifest-row';
import { monthOf, partitionValue } from './partition-of';

const MODULUS = 1n << 256n;

/**
 * Digest of a set of data files, for the field `source` of a rollup: the sum of the SHA-256 of each file's identity modulo
 * 2^256, so that files may come in any order and take no memory.
 */
export class SourceDigest {
  #sum = 0n;

  add(row: ManifestRow): void {
    const hash = createHash('sha256').update(fileIdentity(row)).digest('hex');
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % MODULUS;
  }

  toString(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}

/**
 * A text that is another one when a file's content is: path, size, and SHA-256 or ETag. Where a local lake has neither,
 * its statistics stand for them.
 */
export function fileIdentity({ path, bytes, rows, sha256, etag, statistics }: ManifestRow): string {
  const content = sha256 ?? etag;
  if (content !== null) return JSON.stringify([path, bytes, content]);
  const known = [...statistics]
    // A column that the file lacks is named only by manifests of lakes that have it elsewhere.
    .filter(([, { min, max, nulls }]) => min !== null || max !== null || nulls !== rows)
    .map(([name, { min, max, nulls }]) => [name, String(min), String(max), nulls])
    .sort(([first], [second]) => compareKeys(String(first), String(second)));
  return JSON.stringify([path, bytes, rows, known]);
}

/** What a data file's rows go into: the months they may lie in, and their station. */
export interface FileScope {
  months: string[];
  /** Null where the folders name none. */
  station: string | null;
}

/**
 * Which rollups a data file goes into, by its folders and by the times of its rows.
 * @param timeColumn of the lake; undefined where none is known
 */
export function scopeOf(row: ManifestRow, lake: LakeDescription): FileScope {
  const timeColumn = lake.columns.find(({ role }) => role === 'time')?.name;
  const time = timeColumn === undefined ? undefined : row.statistics.get(columnKey(timeColumn));
  const months = new Set([monthOf(row.path)]);
  if (time?.kind === 'time' && typeof time.min === 'number' && typeof time.max === 'number') {
    const last = new Date(time.max / 1000);
    for (const at = new Date(time.min / 1000); at <= last && months.size < 1200; nextMonth(at)) {
      months.add(at.toISOString().slice(0, 7));
    }
  }
  const key = stationKey(lake);
  const station = key === undefined ? null : partitionValue(row.path, key);
  return { months: [...months], station: station === null ? null : String(station) };
}

/** Whether a file is among those that a rollup part is made from. A file of unknown time or station is in every one. */
export function isInRollup({ period, stations: [first, last] }: RollupPart, { months, station }: FileScope): boolean {
  const isInPeriod = months.some((month) => month === UNKNOWN_MONTH || month.startsWith(period));
  return isInPeriod && (station === null || (compareKeys(first, station) <= 0 && compareKeys(station, last) <= 0));
}

/** The partition key that names the station: `station`, else the first that is text. */
export function stationKey({ partitioning }: LakeDescription): LakeDescription['partitioning'][number] | undefined {
  return partitioning.find(({ name }) => name === 'station') ?? partitioning.find(({ type }) => type === 'text');
}

function nextMonth(at: Date): void {
  at.setUTCDate(1);
  at.setUTCHours(0, 0, 0, 0);
  at.setUTCMonth(at.getUTCMonth() + 1);
}
