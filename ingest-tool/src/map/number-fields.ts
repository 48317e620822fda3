import type { DecodedColumn } from '../decode/decoded-column';
import { epochUnitOf, microsOf, microsOfNanos, type EpochUnit } from '../time/epoch';
import type { WhenAbsent } from './mapped-column';
import type { NumberSource } from './number-source';
import type { LinearScale } from './source-scale';

/** A number field as `raw × scale + offset`. */
export function scaledField(
  column: DecodedColumn,
  { scale, offset }: LinearScale,
  whenAbsent: WhenAbsent,
  other: DecodedColumn | undefined,
): NumberSource {
  const { numbers, present } = column;
  const zero = offset;
  const absent = whenAbsent === 'zero' ? zero : Number.NaN;
  return (_batch, rows, rowCount, into) => {
    let bad = 0;
    for (let index = 0; index < rowCount; index++) {
      const row = rows[index] ?? 0;
      if (present[row] === 1) {
        // Adding a zero offset also turns -0, which equals 0 but has other bytes, into 0.
        const value = (numbers[row] ?? 0) * scale + offset;
        if (Number.isFinite(value)) into[index] = value;
        else {
          into[index] = Number.NaN;
          bad++;
        }
      } else into[index] = other !== undefined && other.present[row] === 1 ? zero : absent;
    }
    return bad;
  };
}

/** A number field without the numbers that stand for none. */
export function withoutMissing(
  { numbers, present }: DecodedColumn,
  missing: readonly (number | string)[],
  source: NumberSource,
): NumberSource {
  const none = new Set(missing.map(Number));
  return (batch, rows, rowCount, into) => {
    const bad = source(batch, rows, rowCount, into);
    for (let index = 0; index < rowCount; index++) {
      const row = rows[index] ?? 0;
      if (present[row] === 1 && none.has(numbers[row] ?? Number.NaN)) into[index] = Number.NaN;
    }
    return bad;
  };
}

/**
 * A number field as UTC microseconds. Not finite numbers become null.
 * @param unit undefined to tell it from each value's magnitude
 */
export function timeField(column: DecodedColumn, unit: EpochUnit | undefined): NumberSource {
  const { numbers, present, words, isWide } = column;
  return (_batch, rows, rowCount, into) => {
    let bad = 0;
    for (let index = 0; index < rowCount; index++) {
      const row = rows[index] ?? 0;
      const value = present[row] === 1 ? (numbers[row] ?? 0) : Number.NaN;
      const own = unit ?? epochUnitOf(value);
      const exact = own === 'ns' && isWide && value >= 0;
      const micros = exact ? microsOfNanos(words[2 * row] ?? 0, words[2 * row + 1] ?? 0) : microsOf(value, own);
      if (!Number.isFinite(micros) && present[row] === 1) bad++;
      into[index] = Number.isFinite(micros) ? micros : Number.NaN;
    }
    return bad;
  };
}

/** The time the broker passed a message on, UTC microseconds. */
export const receiveTimes: NumberSource = (batch, rows, rowCount, into) => {
  for (let index = 0; index < rowCount; index++) into[index] = batch.receiveTime[rows[index] ?? 0] ?? Number.NaN;
  return 0;
};
