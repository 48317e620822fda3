import { latLngToCell } from 'h3-js';
import { StringDictionary } from '../decode/string-dictionary';
import { isNullAt, type ColumnValues, type RowColumn } from './column-values';

/** The column of H3 cells: hexadecimal, as every H3 library writes them. */
export function h3Column(resolution: number): RowColumn {
  return {
    name: 'h3_cell',
    type: 'text',
    role: 'about',
    longName: `H3 cell of resolution ${resolution}`,
    dictionary: new StringDictionary(),
  };
}

/**
 * The H3 cell of each row's position, null where it has none.
 * @param values WGS84 degrees in the columns of role latitude and longitude
 * @param rows row numbers, in the order wanted
 * @param dictionary of the column made by {@link h3Column}
 */
export function h3Cells(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  rows: Uint32Array,
  resolution: number,
  dictionary: StringDictionary,
): Int32Array<ArrayBuffer> {
  const cells = new Int32Array(rows.length).fill(-1);
  const [latitudes, longitudes] = ['latitude', 'longitude'].map(
    (role) => values[columns.findIndex((column) => column.role === role)],
  );
  if (latitudes === undefined || longitudes === undefined) return cells;
  let [lastLatitude, lastLongitude, lastCell] = [Number.NaN, Number.NaN, -1];
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place] ?? 0;
    if (isNullAt(latitudes, row) || isNullAt(longitudes, row)) continue;
    const [latitude, longitude] = [Number(latitudes[row]), Number(longitudes[row])];
    // Most stations stand still, and a platform that moves makes a new cell anyway.
    if (latitude !== lastLatitude || longitude !== lastLongitude) {
      [lastLatitude, lastLongitude] = [latitude, longitude];
      lastCell = dictionary.internText(latLngToCell(latitude, longitude, resolution));
    }
    cells[place] = lastCell;
  }
  return cells;
}
