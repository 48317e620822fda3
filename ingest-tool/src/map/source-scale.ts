import { EXIT, ToolError } from '../tool-error';
import type { ColumnMapping } from './mapping';
import { unitConversion, UnitError } from './units';

/** A straight line from one number to another: `value = raw × scale + offset`. */
export interface LinearScale {
  scale: number;
  offset: number;
}

/** What a column that says nothing of scale or unit is read with. */
export const UNSCALED: LinearScale = { scale: 1, offset: 0 };

/** Two lines, one after the other, as one. */
export function chained(first: LinearScale, second: LinearScale): LinearScale {
  return { scale: first.scale * second.scale, offset: first.offset * second.scale + second.offset };
}

/** From the number in the message to the unit it is in there: a column's `scale` and `offset`. */
export function rawScale({ scale = 1, offset = 0 }: ColumnMapping): LinearScale {
  return { scale, offset };
}

/**
 * From the unit of the message to that of the lake.
 * @throws ToolError where either is no unit, the two measure different things, or the lake's is not named
 */
export function unitScale({ name, unit, sourceUnit }: ColumnMapping): LinearScale {
  if (sourceUnit === undefined) return UNSCALED;
  const where = `columns.${name}.sourceUnit`;
  if (unit === undefined) {
    throw new ToolError(
      EXIT.usage,
      `${where}: nothing says what ${sourceUnit} is to be converted to`,
      'Give the column the unit that the lake is to have, or leave sourceUnit out.',
    );
  }
  try {
    return unitConversion(sourceUnit, unit);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new ToolError(
      EXIT.usage,
      `${where}: ${error.message}`,
      'Units are written as UDUNITS does: m s-1, degC, dbar.',
    );
  }
}
