import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatFileDescription } from '@tidelake/lake-format';
import { arrowColumn } from '../../ingest-tool/src/write/arrow-column';
import { parquetBytes } from '../../ingest-tool/src/write/parquet-bytes';
import { StringDictionary } from '../../ingest-tool/src/decode/string-dictionary';
import type { RowColumn } from '../../ingest-tool/src/rows/column-values';

/** How a collector's lake of many small files is made. */
export interface RawLakeShape {
  stations: readonly string[];
  /** `2025-11-01` */
  firstDay: string;
  days: number;
  filesPerDay: number;
  rowsPerFile: number;
  /** Measured columns besides time, device, position and depth. */
  variables: number;
  /** Which files, counted from 0, are filed under the following day. */
  isMisfiled?: (file: number) => boolean;
  /** Whether files say what their columns are for. */
  isDescribed?: boolean;
}

const MINUTES_PER_DAY = 1440;
const MICROS_PER_DAY = 86_400_000_000;

/** Writes a lake of files as an edge collector leaves them: `data_0915.parquet`, some minutes each. */
export function writeRawLake(folder: string, shape: RawLakeShape): number {
  const first = Date.parse(`${shape.firstDay}T00:00:00Z`) * 1000;
  let files = 0;
  for (const station of shape.stations) {
    for (let day = 0; day < shape.days; day++) {
      for (let file = 0; file < shape.filesPerDay; file++) {
        const minute = Math.floor((file * MINUTES_PER_DAY) / shape.filesPerDay);
        const start = first + day * MICROS_PER_DAY + minute * 60_000_000;
        const isMisfiled = shape.isMisfiled?.(files) ?? false;
        const path = rawPath(station, start + (isMisfiled ? MICROS_PER_DAY : 0), minute, isMisfiled ? '_late' : '');
        putFile(join(folder, path), rawFile(station, start, shape));
        files++;
      }
    }
  }
  return files;
}

/** Where a collector puts a file. */
function rawPath(station: string, timeMicros: number, minute: number, suffix: string): string {
  const [year = '', month = '', day = ''] = new Date(timeMicros / 1000).toISOString().slice(0, 10).split('-');
  const name = `data_${String(Math.floor(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}${suffix}.parquet`;
  return `station=${station}/year=${year}/month=${month}/day=${day}/${name}`;
}

function putFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** A file's rows: waves that differ by station, as sensors report them, to some decimals. */
function rawFile(station: string, start: number, shape: RawLakeShape): Uint8Array {
  const { rowsPerFile: rows, filesPerDay, variables, isDescribed = true } = shape;
  const step = MICROS_PER_DAY / filesPerDay / rows;
  const dictionary = new StringDictionary();
  const device = dictionary.internText(`ctd-${station}`);
  const seed = [...station].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const number = (name: string, role: RowColumn['role'], of: (row: number) => number) => ({
    column: { name, type: 'double', role, dictionary: undefined } satisfies RowColumn,
    values: Float64Array.from(order, of),
  });
  const columns: { column: RowColumn; values: Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> }[] = [
    {
      column: { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
      values: Float64Array.from(order, (row) => Math.round(start + row * step)),
    },
    {
      column: { name: 'device_id', type: 'text', role: 'device', dictionary },
      values: new Int32Array(rows).fill(device),
    },
    number('latitude', 'latitude', () => 26.5),
    number('longitude', 'longitude', () => -76.7),
    number('depth', 'depth', () => 50 + (seed % 7)),
    ...Array.from({ length: variables }, (_, variable) =>
      number(`v${variable}`, 'variable', (row) => {
        const hours = (start + row * step) / 3.6e9;
        const noise = (((row + 1) * 7919 + variable * 104_729 + start / 1e6) % 97) / 100;
        return Math.round((10 * Math.sin(hours / (variable + 3) + seed) + noise) * 1000) / 1000;
      }),
    ),
  ];
  const description = isDescribed
    ? formatFileDescription({
        version: 1,
        tool: 'tidelake',
        station,
        columns: columns.map(({ column: { name, type, role } }) => ({ name, type, role })),
      })
    : '{}';
  return parquetBytes(
    columns.map(({ column, values }) => ({
      name: column.name,
      nullable: true,
      layout: 'dictionary',
      data: arrowColumn(column, values, order),
    })),
    description,
  );
}
