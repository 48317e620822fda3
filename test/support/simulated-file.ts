import { parquetWriteBuffer } from 'hyparquet-writer';

export const ROWS_PER_FILE = 4;

/** Where a column's values and bounds stand in the bytes of a file. */
interface ColumnPlaces {
  values: number[];
  min: number[];
  max: number[];
  isTime: boolean;
}

/**
 * A small Parquet file with blanks for its values: a millionth of a simulated lake's files is written, the others are
 * that one with their own values and statistics in their places.
 */
export class FileForm {
  readonly #bytes: Uint8Array;
  readonly #columns: ColumnPlaces[];

  constructor() {
    const rows = Array.from({ length: ROWS_PER_FILE }, (_, row) => row);
    // Values that stand nowhere else in the file, so that they can be found.
    const marks = [
      rows.map((row) => 1_234_567_890_123 + row),
      rows.map((row) => 1.1 + row),
      rows.map((row) => 77.7 + row),
    ];
    this.#bytes = formBytes(marks);
    this.#columns = marks.map((values, column) => {
      const isTime = column === 0;
      const found = values.map((value) => placesOf(this.#bytes, wordOf(value, isTime)));
      const bounds = [found[0] ?? [], found.at(-1) ?? []].map((places) => places.slice(1));
      const places = {
        values: found.flatMap(([first]) => first ?? []),
        min: bounds[0] ?? [],
        max: bounds[1] ?? [],
        isTime,
      };
      if (
        places.values.length !== ROWS_PER_FILE ||
        places.min.length !== places.max.length ||
        places.min.length === 0
      ) {
        throw new Error('the values of a simulated file cannot be found in it');
      }
      return places;
    });
  }

  /** @param columns UTC milliseconds, temperatures and places of the rows */
  fill(columns: readonly (readonly number[])[]): Uint8Array {
    const bytes = this.#bytes.slice();
    this.#columns.forEach(({ values, min, max, isTime }, column) => {
      const own = columns[column] ?? [];
      values.forEach((at, row) => bytes.set(wordOf(own[row] ?? 0, isTime), at));
      for (const at of min) bytes.set(wordOf(Math.min(...own), isTime), at);
      for (const at of max) bytes.set(wordOf(Math.max(...own), isTime), at);
    });
    return bytes;
  }
}

/** Plain encoding without compression makes the length independent of the values. */
export function formBytes(columns: readonly (readonly number[])[]): Uint8Array {
  const plain = { encoding: 'PLAIN', codec: 'UNCOMPRESSED', nullable: false } as const;
  const [times = [], temperatures = [], places = []] = columns;
  const buffer = parquetWriteBuffer({
    codec: 'UNCOMPRESSED',
    columnData: [
      { name: 'timestamp', data: times.map((time) => new Date(time)), type: 'TIMESTAMP', ...plain },
      { name: 'temperature', data: [...temperatures], type: 'DOUBLE', ...plain },
      { name: 'place', data: [...places], type: 'DOUBLE', ...plain },
    ],
  });
  return new Uint8Array(buffer);
}

function wordOf(value: number, isTime: boolean): Uint8Array {
  return new Uint8Array(isTime ? BigInt64Array.of(BigInt(value)).buffer : Float64Array.of(value).buffer);
}

function placesOf(bytes: Uint8Array, word: Uint8Array): number[] {
  const places: number[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(word); at >= 0; at = buffer.indexOf(word, at + 1)) places.push(at);
  return places;
}
