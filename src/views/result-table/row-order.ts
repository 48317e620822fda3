import type { ResultColumn } from '../../workers/protocol';

export interface SortBy {
  /** Index of the column. */
  column: number;
  direction: 'ascending' | 'descending';
}

/** Rows sorted between two looks at the clock. */
const RUN = 1 << 13;
/** Milliseconds of sorting after which the page gets a turn. */
const SLICE = 12;

/**
 * The order of an answer's rows by a column: NULL last either way, NaN above all numbers, as in DuckDB; equal ones as they
 * were. Sorts in slices, so that the page stays alive over a million rows.
 * @param pause gives the page a turn; called about every 12 ms
 * @returns undefined where `signal` stopped it
 */
export async function rowOrder(
  { values, valid, kind }: ResultColumn,
  direction: SortBy['direction'],
  signal: AbortSignal,
  pause: () => Promise<void>,
): Promise<Uint32Array | undefined> {
  const sign = direction === 'ascending' ? 1 : -1;
  const isNumeric = kind === 'number' || kind === 'timestamp' || kind === 'date';
  const compare = (left: number, right: number): number => {
    const isLeft = valid?.[left] !== 0;
    const isRight = valid?.[right] !== 0;
    if (!isLeft || !isRight) return isLeft === isRight ? 0 : isLeft ? -1 : 1;
    const [a, b] = [values[left] ?? 0, values[right] ?? 0];
    if (a < b) return -sign;
    if (a > b) return sign;
    return isNumeric && a !== b ? sign * (Number(Number.isNaN(a)) - Number(Number.isNaN(b))) : 0;
  };

  let since = performance.now();
  const isStopped = async (): Promise<boolean> => {
    if (performance.now() - since > SLICE) {
      await pause();
      since = performance.now();
    }
    return signal.aborted;
  };

  let from = Uint32Array.from({ length: values.length }, (_, row) => row);
  for (let start = 0; start < from.length; start += RUN) {
    // Typed arrays are sorted stably since ECMAScript 2019.
    from.subarray(start, start + RUN).sort(compare);
    if (await isStopped()) return undefined;
  }
  let to = new Uint32Array(from.length);
  for (let width = RUN; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        const takesLeft = left < middle && (right >= end || compare(from[left] ?? 0, from[right] ?? 0) <= 0);
        to[at] = (takesLeft ? from[left++] : from[right++]) ?? 0;
        if (at % RUN === 0 && (await isStopped())) return undefined;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
