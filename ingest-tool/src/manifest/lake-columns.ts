import type { ColumnDescription, ColumnRole, ColumnType } from '@tidelake/lake-format';
import { positionColumns } from './file-cells';
import type { FileColumn, FooterFacts } from './footer-facts';
import { columnKey } from './manifest-row';

/** Names that collectors give the time of observation, best first. */
const TIME_NAMES = ['time', 'timestamp', 'datetime', 'date_time', 'ts', 'event_time', 'observed_at'];
const DEVICE_NAMES = ['device_id', 'device', 'sensor_id', 'sensor'];

/** The columns of a lake as its files show them one after the other. */
export class LakeColumns {
  readonly #columns = new Map<string, ColumnDescription>();
  /** Names of partition keys: their values come from the folders. */
  readonly #keys: Set<string>;
  /** Whether types may become wider. Those of a lake that describes itself are what its rows are cast to. */
  readonly #areOwn: boolean;

  /** @param described the columns known so far; `areOwn` where they were learnt from files and not from a writer */
  constructor(described: readonly ColumnDescription[], keys: readonly string[], areOwn: boolean) {
    for (const column of described) this.#columns.set(columnKey(column.name), column);
    this.#keys = new Set(keys.map(columnKey));
    this.#areOwn = areOwn;
  }

  /**
   * Takes note of a file's columns.
   * @returns whether anything was learnt from it
   */
  take({ columns, described }: FooterFacts): boolean {
    let hasGrown = false;
    for (const column of columns) {
      const { name, type } = column;
      const key = columnKey(name);
      if (type === undefined || this.#keys.has(key)) continue;
      const known = this.#columns.get(key);
      if (known === undefined) {
        this.#columns.set(key, described.find((own) => own.name === name) ?? this.#guess(column, columns, type));
        hasGrown = true;
      } else if (this.#areOwn) {
        const wider = widerType(known.type, type);
        if (wider !== known.type) {
          this.#columns.set(key, { ...known, type: wider });
          hasGrown = true;
        }
      }
    }
    return hasGrown;
  }

  list(): ColumnDescription[] {
    return [...this.#columns.values()];
  }

  #guess({ name }: FileColumn, columns: readonly FileColumn[], type: ColumnType): ColumnDescription {
    return { name, type, role: this.#role(name, columns, type) };
  }

  #role(name: string, columns: readonly FileColumn[], type: ColumnType): ColumnRole {
    const has = (role: ColumnRole): boolean => this.list().some((column) => column.role === role);
    const position = positionColumns(columns);
    if (!has('time') && name === timeColumn(columns)) return 'time';
    if (!has('latitude') && name === position?.latitude) return 'latitude';
    if (!has('longitude') && name === position?.longitude) return 'longitude';
    if (!has('device') && type === 'text' && DEVICE_NAMES.includes(columnKey(name))) return 'device';
    const isReal = type === 'double' || type === 'float';
    if (!has('depth') && isReal && columnKey(name) === 'depth') return 'depth';
    return isReal ? 'variable' : 'about';
  }
}

/** The only column of times there is, else the one with a customary name. */
function timeColumn(columns: readonly FileColumn[]): string | undefined {
  const times = columns.filter(({ type }) => type === 'timestamp').map(({ name }) => name);
  if (times.length === 1) return times[0];
  return TIME_NAMES.map((wanted) => times.find((name) => columnKey(name) === wanted)).find(
    (name) => name !== undefined,
  );
}

/** The narrowest type that holds the values of both; which comes first does not matter. */
export function widerType(first: ColumnType, second: ColumnType): ColumnType {
  if (first === second) return first;
  const both = new Set([first, second]);
  const isNumber = (type: ColumnType): boolean => /^(?:integer|bigint|float|double)$/.test(type);
  if (!isNumber(first) || !isNumber(second)) return 'text';
  return both.has('integer') && both.has('bigint') ? 'bigint' : 'double';
}
