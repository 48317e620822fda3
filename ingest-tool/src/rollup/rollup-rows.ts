import { ROLLUP_COLUMNS, ROW_COUNT } from '@tidelake/lake-format';
import { NULL_BIGINT } from '../rows/column-values';
import { readRows } from '../write/parquet-rows';
import type { Bucket } from './bucket';

/**
 * The buckets of a rollup part with their stations, in the order of the part.
 * @throws Error where it is no rollup part
 */
export function* rollupRows(bytes: Uint8Array): Generator<{ station: string; bucket: Bucket }> {
  const { count, columns, values } = readRows(bytes, []);
  const find = (name: string): number => columns.findIndex((column) => column.name === name);
  const textsOf = (name: string): ((row: number) => string | null) => {
    const [dictionary, own] = [columns[find(name)]?.dictionary, values[find(name)]];
    if (dictionary === undefined || own === undefined) return () => null;
    return (row) => (own[row] === -1 ? null : dictionary.textOf(Number(own[row])));
  };
  const numbersOf = (name: string): ((row: number) => number) => {
    const own = values[find(name)];
    if (own === undefined) throw new Error(`it has no column ${name}`);
    return (row) => (own[row] === NULL_BIGINT ? Number.NaN : Number(own[row]));
  };
  const [stations, variables] = [textsOf(ROLLUP_COLUMNS.station), textsOf(ROLLUP_COLUMNS.variable)];
  const [devices, cells] = [textsOf(ROLLUP_COLUMNS.device), textsOf(ROLLUP_COLUMNS.cell)];
  const [flags, times, counts] = [ROLLUP_COLUMNS.flag, ROLLUP_COLUMNS.time, ROLLUP_COLUMNS.n].map(numbersOf);
  const [sums, squares] = [numbersOf(ROLLUP_COLUMNS.sum), numbersOf(ROLLUP_COLUMNS.sumOfSquares)];
  const [mins, maxs] = [numbersOf(ROLLUP_COLUMNS.min), numbersOf(ROLLUP_COLUMNS.max)];
  const [firsts, lasts] = [numbersOf(ROLLUP_COLUMNS.firstTime), numbersOf(ROLLUP_COLUMNS.lastTime)];
  for (let row = 0; row < count; row++) {
    const variable = variables(row) ?? ROW_COUNT;
    const flag = flags?.(row) ?? Number.NaN;
    // Of rows there is a count and nothing else; of values a NaN is one.
    const valueOf = (of: (row: number) => number): number | null => (variable === ROW_COUNT ? null : of(row));
    const bucket: Bucket = {
      variable,
      device: devices(row),
      flag: Number.isNaN(flag) ? null : flag,
      cell: cells(row),
      time: times?.(row) ?? Number.NaN,
      n: counts?.(row) ?? 0,
      sum: valueOf(sums),
      sumOfSquares: valueOf(squares),
      min: valueOf(mins),
      max: valueOf(maxs),
      firstTime: firsts(row),
      lastTime: lasts(row),
    };
    yield { station: stations(row) ?? '', bucket };
  }
}
