import type { ExportBatch, Places } from './export-options';

const LATITUDE = /^(?:lat|latitude)$/i;
const LONGITUDE = /^(?:lon|long|lng|longitude)$/i;

/** Columns that by their names hold degrees of latitude and longitude; undefined where one of them is missing. */
export function findPlaces(columns: readonly { name: string; kind: string }[]): Places | undefined {
  const numbers = columns.filter(({ kind }) => kind === 'number');
  const latitude = numbers.find(({ name }) => LATITUDE.test(name))?.name;
  const longitude = numbers.find(({ name }) => LONGITUDE.test(name))?.name;
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

/** Reads where a row is, as `[longitude, latitude]` in degrees; undefined where that is not known. */
export function positionReader(
  places: Places,
  columns: ExportBatch,
): (row: number) => readonly [number, number] | undefined {
  if ('station' in places) {
    const station = columns.find(({ name }) => name === places.station);
    return (row) => (station?.valid?.[row] === 0 ? undefined : places.positions[String(station?.values[row] ?? '')]);
  }
  const numberReader = (wanted: string) => {
    const column = columns.find(({ name }) => name === wanted);
    return (row: number) => (column?.kind === 'number' && column.valid?.[row] !== 0 ? column.values[row] : undefined);
  };
  const [longitude, latitude] = [numberReader(places.longitude), numberReader(places.latitude)];
  return (row) => {
    const at = [longitude(row) ?? NaN, latitude(row) ?? NaN] as const;
    return Number.isFinite(at[0]) && Math.abs(at[1]) <= 90 ? at : undefined;
  };
}
