import { dsvFormat } from 'd3-dsv';
import { LakeError } from '../lake/lake-error';
import type { ResultColumn } from './protocol';

const WHOLE = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^(?:nan|[+-]?inf(?:inity)?)$/i;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * The columns of a CSV or TSV file, or one with semicolons: names from its first line, types from its values. Lines of comment before the names
 * are left out; nothing between separators is NULL; times without a zone are UTC.
 * @throws LakeError `unsupported` where there is no line of names
 */
export function columnsOfText(text: string): ResultColumn[] {
  const body = text.replace(/^\uFEFF/, '').replace(/^(?:#[^\n]*\n)+/, '');
  // Rows alone: making objects of them, the library would build functions from text, which the site's policy forbids.
  const [names, ...rows] = dsvFormat(separatorOf(body)).parseRows(body);
  if (!names || names.every((name) => name.trim() === '')) {
    throw unreadable('The file has no line with the names of columns.');
  }
  const filled = rows.filter((row) => row.length > 1 || row[0] !== '');
  return distinct(names.map((name) => name.trim())).map((name, index) =>
    typedColumn(
      name,
      filled.map((row) => row[index] ?? ''),
    ),
  );
}

/** What stands between the names most often. */
function separatorOf(body: string): string {
  const [first = ''] = body.split('\n', 1);
  const count = (separator: string) => first.split(separator).length;
  return ['\t', ';'].find((separator) => count(separator) > count(',')) ?? ',';
}

/** A name for each column: one that is empty or taken gets a number. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const wanted = name === '' ? `column_${index + 1}` : name;
    let free = wanted;
    for (let number = 1; taken.has(free.toLowerCase()); number++) free = `${wanted}_${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** A column of the narrowest type that takes all values. */
function typedColumn(name: string, cells: readonly string[]): ResultColumn {
  const given = cells.filter((cell) => cell !== '');
  const fits = (form: RegExp) => given.length > 0 && given.every((cell) => form.test(cell.trim()));
  const valid = given.length < cells.length && { valid: Uint8Array.from(cells, (cell) => (cell === '' ? 0 : 1)) };
  if (fits(NUMBER)) {
    const sqlType = fits(WHOLE) ? 'BIGINT' : 'DOUBLE';
    return { name, sqlType, kind: 'number', values: Float64Array.from(cells, numberOf), ...valid };
  }
  if (fits(TIME) && !given.some((cell) => Number.isNaN(timeOf(cell)))) {
    return { name, sqlType: 'TIMESTAMP', kind: 'timestamp', values: Float64Array.from(cells, timeOf), ...valid };
  }
  return { name, sqlType: 'VARCHAR', kind: 'text', values: [...cells], ...valid };
}

function numberOf(cell: string): number {
  const text = cell.trim().toLowerCase();
  if (text === '') return 0;
  if (text === 'nan') return Number.NaN;
  if (/inf/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

function timeOf(cell: string): number {
  const text = cell.trim().replace(' ', 'T');
  if (text === '') return 0;
  return Date.parse(/T/.test(text) && !/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text);
}

interface Feature {
  properties?: Record<string, unknown> | null;
  geometry?: { type?: unknown; coordinates?: unknown } | null;
}

/**
 * The columns of a GeoJSON file: its properties, `longitude` and `latitude` of points, the box `west`, `south`, `east`,
 * `north` of anything else, and the geometry as text.
 * @throws LakeError `unsupported` where it is no GeoJSON
 */
export function columnsOfGeoJson(text: string): ResultColumn[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw unreadable('The file is not JSON.', error);
  }
  const features = featuresOf(parsed);
  const rows = features.map(({ properties, geometry }) => ({
    ...properties,
    ...placeOf(geometry?.coordinates, geometry?.type === 'Point'),
    geometry: geometry ? JSON.stringify(geometry) : undefined,
  }));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.map((name) =>
    typedColumn(
      name,
      rows.map((row) => textOf((row as Record<string, unknown>)[name])),
    ),
  );
}

function featuresOf(parsed: unknown): Feature[] {
  if (typeof parsed === 'object' && parsed !== null && 'type' in parsed) {
    if (parsed.type === 'FeatureCollection' && 'features' in parsed && Array.isArray(parsed.features)) {
      return parsed.features as Feature[];
    }
    if (parsed.type === 'Feature') return [parsed as Feature];
  }
  throw unreadable('The file is JSON, but no GeoJSON with features.');
}

function placeOf(coordinates: unknown, isPoint: boolean): Record<string, number> {
  const numbers = Array.isArray(coordinates) ? pairsIn(coordinates) : [];
  const [longitudes, latitudes] = [numbers.map(([x]) => x), numbers.map(([, y]) => y)];
  if (numbers.length === 0) return {};
  if (isPoint) return { longitude: longitudes[0] ?? 0, latitude: latitudes[0] ?? 0 };
  const least = (values: number[]) => values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = (values: number[]) => values.reduce((high, value) => Math.max(high, value), -Infinity);
  return { west: least(longitudes), south: least(latitudes), east: most(longitudes), north: most(latitudes) };
}

function pairsIn(coordinates: readonly unknown[]): [number, number][] {
  const [x, y] = coordinates;
  if (typeof x === 'number' && typeof y === 'number') return [[x, y]];
  return coordinates.flatMap((inner) => (Array.isArray(inner) ? pairsIn(inner) : []));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function unreadable(message: string, cause?: unknown): LakeError {
  return new LakeError(
    { code: 'unsupported', message, advice: 'Give a CSV or TSV with names in its first line, Parquet, or GeoJSON.' },
    { cause },
  );
}
