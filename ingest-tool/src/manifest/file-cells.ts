import { latLngToCell } from 'h3-js';
import { parquetReadObjects, type AsyncBuffer } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { FileColumn, FooterFacts } from './footer-facts';
import { columnKey } from './manifest-row';

const LATITUDES = ['latitude', 'lat'];
const LONGITUDES = ['longitude', 'lon', 'lng', 'long'];

/** The columns of a file that customarily hold positions in WGS84 degrees; undefined where it has none. */
export function positionColumns(
  columns: readonly Pick<FileColumn, 'name' | 'type'>[],
): { latitude: string; longitude: string } | undefined {
  const find = (names: string[]): string | undefined =>
    columns.find(({ name, type }) => names.includes(columnKey(name)) && /^(?:double|float)$/.test(type ?? ''))?.name;
  const latitude = find(LATITUDES);
  const longitude = find(LONGITUDES);
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

/**
 * The H3 cells that a file's positions touch, sorted. Where its statistics say that it has only one position, nothing is read.
 * @param position names of the columns in WGS84 degrees
 * @param file gives the file's bytes
 * @throws Error where the pages of the columns cannot be read
 */
export async function cellsOf(
  facts: FooterFacts,
  position: { latitude: string; longitude: string },
  resolution: number,
  file: AsyncBuffer,
): Promise<string[] | null> {
  const named = (name: string): FileColumn | undefined =>
    facts.columns.find((column) => columnKey(column.name) === columnKey(name));
  const latitude = named(position.latitude);
  const longitude = named(position.longitude);
  if (latitude === undefined || longitude === undefined) return null;
  const cells = new CellSet(resolution);
  const only = [onlyValue(latitude), onlyValue(longitude)];
  if (only[0] !== undefined && only[1] !== undefined) {
    cells.add(only[0], only[1]);
    return cells.sorted();
  }
  let rowStart = 0;
  for (const group of facts.metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({
      file,
      metadata: facts.metadata,
      columns: [latitude.name, longitude.name],
      rowStart,
      rowEnd,
      compressors,
    });
    for (const row of rows) cells.add(row[latitude.name], row[longitude.name]);
    rowStart = rowEnd;
  }
  return cells.sorted();
}

/** The one value of a column without nulls; undefined where it may have several. */
function onlyValue({ statistics: { min, max } }: FileColumn): number | undefined {
  return typeof min === 'number' && min === max ? min : undefined;
}

class CellSet {
  readonly #resolution: number;
  readonly #cells = new Set<string>();
  #latitude = Number.NaN;
  #longitude = Number.NaN;

  constructor(resolution: number) {
    this.#resolution = resolution;
  }

  /** Takes a position in; what is no place on Earth is passed over. */
  add(latitude: unknown, longitude: unknown): void {
    if (typeof latitude !== 'number' || typeof longitude !== 'number') return;
    // Platforms report the same place many times over.
    if (latitude === this.#latitude && longitude === this.#longitude) return;
    this.#latitude = latitude;
    this.#longitude = longitude;
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 360) {
      this.#cells.add(latLngToCell(latitude, longitude, this.#resolution));
    }
  }

  sorted(): string[] {
    return [...this.#cells].sort();
  }
}
