import { createHash } from 'node:crypto';
import { ROLLUP_COLUMNS, ROLLUP_FOLDER, ROW_COUNT, type ColumnType, type RollupGrain } from '@tidelake/lake-format';
import { StringDictionary } from '../decode/string-dictionary';
import { allocateValues, type ColumnValues, type RowColumn } from '../rows/column-values';
import { arrowColumn } from '../write/arrow-column';
import { checkParquet, parquetBytes, type ColumnLayout, type ParquetColumn } from '../write/parquet-bytes';
import type { Bucket } from './bucket';

/** The buckets of one station. */
export interface StationTier {
  station: string;
  buckets: readonly Bucket[];
}

interface PartColumn {
  name: string;
  type: ColumnType;
  layout: ColumnLayout;
  of: (bucket: Bucket, station: string) => string | number | null;
}

const COLUMNS: readonly PartColumn[] = [
  { name: ROLLUP_COLUMNS.station, type: 'text', layout: 'dictionary', of: (_, station) => station },
  { name: ROLLUP_COLUMNS.variable, type: 'text', layout: 'dictionary', of: ({ variable }) => variable },
  { name: ROLLUP_COLUMNS.device, type: 'text', layout: 'dictionary', of: ({ device }) => device },
  { name: ROLLUP_COLUMNS.flag, type: 'integer', layout: 'dictionary', of: ({ flag }) => flag },
  { name: ROLLUP_COLUMNS.cell, type: 'text', layout: 'dictionary', of: ({ cell }) => cell },
  { name: ROLLUP_COLUMNS.time, type: 'timestamp', layout: 'delta', of: ({ time }) => time },
  { name: ROLLUP_COLUMNS.n, type: 'bigint', layout: 'dictionary', of: ({ n }) => n },
  { name: ROLLUP_COLUMNS.sum, type: 'double', layout: 'plain', of: ({ sum }) => sum },
  { name: ROLLUP_COLUMNS.sumOfSquares, type: 'double', layout: 'plain', of: ({ sumOfSquares }) => sumOfSquares },
  { name: ROLLUP_COLUMNS.min, type: 'double', layout: 'dictionary', of: ({ min }) => min },
  { name: ROLLUP_COLUMNS.max, type: 'double', layout: 'dictionary', of: ({ max }) => max },
  { name: ROLLUP_COLUMNS.firstTime, type: 'timestamp', layout: 'delta', of: ({ firstTime }) => firstTime },
  { name: ROLLUP_COLUMNS.lastTime, type: 'timestamp', layout: 'delta', of: ({ lastTime }) => lastTime },
];

/**
 * The file of a rollup part: the same buckets give the same bytes and the same path.
 * @param stations in order
 * @param period the month or year it is of
 * @param hasCells whether buckets are divided by place
 */
export function rollupPart(
  stations: readonly StationTier[],
  grain: RollupGrain,
  period: string,
  hasCells: boolean,
): { path: string; bytes: Uint8Array; rows: number } {
  const rows = stations.reduce((sum, { buckets }) => sum + buckets.length, 0);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  // In the count of rows a NaN is null, elsewhere it is a sum or a maximum that is NaN.
  const isValue = allocateValues('boolean', rows);
  let at = 0;
  for (const { buckets } of stations)
    for (const { variable } of buckets) isValue[at++] = Number(variable !== ROW_COUNT);
  const columns = COLUMNS.filter(({ name }) => hasCells || name !== ROLLUP_COLUMNS.cell).map(
    ({ name, type, layout, of }): ParquetColumn => {
      const dictionary = type === 'text' ? new StringDictionary() : undefined;
      const column: RowColumn = { name, type, role: 'about', dictionary };
      const values = allocateValues(type, rows);
      let row = 0;
      for (const { station, buckets } of stations) {
        for (const bucket of buckets) setValue(values, row++, of(bucket, station), dictionary);
      }
      const data = arrowColumn(column, values, order, type === 'double' ? isValue : undefined);
      return { name, nullable: true, layout, data };
    },
  );
  const bytes = parquetBytes(columns, JSON.stringify({ tool: 'tidelake', kind: 'rollup', grain, period }));
  checkParquet(bytes, rows);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return { path: `${ROLLUP_FOLDER}/${grain}/${period}/part-${hash}.parquet`, bytes, rows };
}

function setValue(
  values: ColumnValues,
  row: number,
  value: string | number | null,
  dictionary: StringDictionary | undefined,
): void {
  if (typeof value === 'string') values[row] = dictionary?.internText(value) ?? -1;
  else if (values instanceof BigInt64Array) values[row] = BigInt(value ?? 0);
  else values[row] = value ?? (values instanceof Int32Array ? -1 : Number.NaN);
}
