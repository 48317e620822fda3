import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  DEFAULT_PARTITIONING,
  DESCRIPTION_PATH,
  formatFileDescription,
  formatLakeDescription,
  MS_PER_DAY,
  PARTITION_FILE,
  type ColumnDescription,
} from '@tidelake/lake-format';
import { StringDictionary } from '../../ingest-tool/src/decode/string-dictionary';
import { describedColumn, type RowColumn } from '../../ingest-tool/src/rows/column-values';
import { arrowColumn, isNullable } from '../../ingest-tool/src/write/arrow-column';
import { parquetBytes } from '../../ingest-tool/src/write/parquet-bytes';

/** How large a lake of one wind mast is. */
export interface MastLakeShape {
  days: number;
  /** Columns of readings. */
  signals: number;
  /** Rows of a day, spread evenly. */
  rowsPerDay: number;
}

const FIRST_DAY = Date.UTC(2012, 0, 1);
const STATION = 'mast-1';

/**
 * Writes a lake as the command line does: one mast whose logger has averages, deviations, minima and maxima of each
 * instrument, to two decimals, with gaps.
 * @returns readings that are not null
 */
export async function writeMastLake(root: string, { days, signals, rowsPerDay }: MastLakeShape): Promise<number> {
  const variables = Array.from({ length: signals }, (_, signal): ColumnDescription => {
    const height = 20 + 20 * (signal % 5);
    const statistic = ['avg', 'std', 'min', 'max'][signal % 4] ?? 'avg';
    const name = `anemometer_${Math.floor(signal / 4)}_${height}m_${statistic}`;
    return { name, type: 'float', role: 'variable', unit: 'm s-1', standardName: 'wind_speed' };
  });
  const columns: RowColumn[] = [
    { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
    { name: 'device_id', type: 'text', role: 'device', dictionary: new StringDictionary() },
    ...variables.map((variable) => ({ ...variable, dictionary: undefined })),
  ];
  const about = formatFileDescription({
    version: 1,
    tool: 'tidelake',
    station: STATION,
    columns: columns.map(describedColumn),
  });
  const order = Uint32Array.from({ length: rowsPerDay }, (_, row) => row);
  columns[1]?.dictionary?.internText('logger-1');
  const device = new Int32Array(rowsPerDay);
  let readings = 0;
  let bytes = 0;
  for (let day = 0; day < days; day++) {
    const dayMs = FIRST_DAY + day * MS_PER_DAY;
    const values = columns.map((column, index) => {
      if (column.role === 'device') return device;
      if (column.role === 'time')
        return Float64Array.from(order, (row) => (dayMs + (row * MS_PER_DAY) / rowsPerDay) * 1000);
      return Float32Array.from(order, (row) => {
        const place = day * rowsPerDay + row;
        if ((place * 31 + index * 7) % 1009 === 0) return Number.NaN;
        readings++;
        return Math.round((8 + 6 * Math.sin(place / 300 + index) + Math.sin(place * index * 0.7)) * 100) / 100;
      });
    });
    const file = parquetBytes(
      columns.map((column, index) => ({
        name: column.name,
        nullable: isNullable(column),
        layout: column.type === 'timestamp' ? 'delta' : column.type === 'text' ? 'dictionary' : 'plain',
        data: arrowColumn(column, values[index] ?? new Float64Array(0), order),
      })),
      about,
    );
    const [year = '', month = '', dayOfMonth = ''] = new Date(dayMs).toISOString().slice(0, 10).split('-');
    const folder = path.join(root, `station=${STATION}`, `year=${year}`, `month=${month}`, `day=${dayOfMonth}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, PARTITION_FILE), file);
    bytes += file.byteLength;
  }
  await mkdir(path.dirname(path.join(root, DESCRIPTION_PATH)), { recursive: true });
  await writeFile(
    path.join(root, DESCRIPTION_PATH),
    formatLakeDescription({
      format: 'tidelake',
      version: 1,
      title: 'A wind mast that never was',
      partitioning: DEFAULT_PARTITIONING,
      columns: columns.map(describedColumn),
      stations: [
        {
          id: STATION,
          firstTime: new Date(FIRST_DAY).toISOString(),
          lastTime: new Date(FIRST_DAY + days * MS_PER_DAY - 1).toISOString(),
          devices: [{ id: 'logger-1' }],
        },
      ],
      totals: { files: days, bytes },
    }),
  );
  return readings;
}
