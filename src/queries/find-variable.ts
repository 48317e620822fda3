import type { ColumnDescription } from '@tidelake/lake-format';

/** Finds a variable by CF standard name first, then by a column name that says so. */
export function findVariable(
  columns: readonly ColumnDescription[],
  standardName: RegExp,
  name: RegExp,
): ColumnDescription | undefined {
  const variables = columns.filter(({ role }) => role === 'variable');
  return (
    variables.find((column) => standardName.test(column.standardName ?? '')) ??
    variables.find((column) => name.test(column.name))
  );
}

/** The temperature of a lake, of the water first. */
export function findTemperature(columns: readonly ColumnDescription[]): ColumnDescription | undefined {
  return findVariable(columns, /(^|_)temperature$/, /^(water_|sea_water_)?temp(erature)?(_|$)/i);
}

/** The salinity of a lake. */
export function findSalinity(columns: readonly ColumnDescription[]): ColumnDescription | undefined {
  return findVariable(columns, /salinity$/, /^(practical_)?salinity|^psal/i);
}

/** The pressure of the water, which stands for depth where a lake has none: 1 dbar is about 1 m. */
export function findWaterPressure(columns: readonly ColumnDescription[]): ColumnDescription | undefined {
  return findVariable(columns, /^sea_water_pressure/, /^(pres|pressure|water_pressure|sea_water_pressure)$/i);
}
