import type { ResultColumn } from '../workers/protocol';
import { cellReader } from './cell-text';
import type { ExportBatch, ExportOptions } from './export-options';
import { positionReader } from './position-reader';

/** Writes a JSON array of objects, one a line. NULL, NaN and infinities are `null`; lists and structs stay what they are. */
export async function* writeJson(batches: AsyncIterable<ExportBatch>): AsyncGenerator<Uint8Array> {
  yield* writeItems(batches, '[', ']\n', (columns) => {
    const object = objectReader(columns);
    return (row) => object(row);
  });
}

/**
 * Writes GeoJSON (RFC 7946): a point for each row, all columns as its properties; a row without a place has no geometry.
 * @throws RangeError where it is not said where rows are
 */
export async function* writeGeoJson(
  batches: AsyncIterable<ExportBatch>,
  { places }: ExportOptions,
): AsyncGenerator<Uint8Array> {
  if (!places) throw new RangeError('GeoJSON needs to know where rows are');
  yield* writeItems(batches, '{"type":"FeatureCollection","features":[', ']}\n', (columns) => {
    const properties = objectReader(columns);
    const position = positionReader(places, columns);
    return (row) => {
      const at = position(row);
      const geometry = at ? `{"type":"Point","coordinates":[${at[0]},${at[1]}]}` : 'null';
      return `{"type":"Feature","geometry":${geometry},"properties":${properties(row)}}`;
    };
  });
}

async function* writeItems(
  batches: AsyncIterable<ExportBatch>,
  opening: string,
  closing: string,
  itemReader: (columns: ExportBatch) => (row: number) => string,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let before = `${opening}\n`;
  for await (const columns of batches) {
    const read = itemReader(columns);
    const items = Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => read(row));
    if (items.length === 0) continue;
    yield encoder.encode(before + items.join(',\n'));
    before = ',\n';
  }
  yield encoder.encode(before === ',\n' ? `\n${closing}` : `${before}${closing}`);
}

function objectReader(columns: ExportBatch): (row: number) => string {
  const readers = columns.map(valueReader);
  const keys = columns.map(({ name }) => JSON.stringify(name));
  return (row) => `{${readers.map((read, index) => `${keys[index]}:${read(row)}`).join(',')}}`;
}

/** Lists, structs and maps come as JSON already. */
function valueReader(column: ResultColumn): (row: number) => string {
  const read = cellReader(column);
  const isNested = /\]$|^(?:STRUCT|MAP)\(/.test(column.sqlType);
  const isBare = isNested || column.kind === 'boolean' || column.kind === 'bigint';
  return (row) => {
    const text = read(row);
    if (text === undefined) return 'null';
    if (column.kind === 'number') return Number.isFinite(column.values[row]) ? text : 'null';
    return isBare ? text : JSON.stringify(text);
  };
}
