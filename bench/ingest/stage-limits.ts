import { ColumnarDecoder } from '../../ingest-tool/src/decode/columnar-decoder';
import { StringDictionary } from '../../ingest-tool/src/decode/string-dictionary';
import { loadMessageType } from '../../ingest-tool/src/decode/proto-schema';
import { protobufRecords } from '../../ingest-tool/src/decode/record-schema';
import { Capture } from '../../ingest-tool/src/inputs/capture';
import { presetMapping } from '../../ingest-tool/src/map/mapping';
import { RowMapper } from '../../ingest-tool/src/map/row-mapper';
import { allocateValues } from '../../ingest-tool/src/rows/column-values';
import { encodeRows } from '../../ingest-tool/src/write/encoded-rows';

const DAY_ROWS = 86_400;

/** Messages a second of reading a capture and decoding its messages into columns, and nothing else. */
export async function decodeRate(path: string, proto: string): Promise<number> {
  const type = loadMessageType(proto, 'OceanTelemetry');
  const decoder = new ColumnarDecoder(
    type,
    type.fieldsArray.map(({ name }) => name),
  );
  const started = performance.now();
  let messages = 0;
  for await (const batch of new Capture(path, undefined, new StringDictionary()).batches()) {
    decoder.decode(batch, () => undefined);
    messages += batch.count;
  }
  return messages / ((performance.now() - started) / 1000);
}

/** Rows a second, on one thread, of encoding the days of one instrument as Parquet, and nothing else. */
export async function encodeRate(proto: string, days: number): Promise<number> {
  const mapping = presetMapping('OceanTelemetry');
  if (mapping === undefined) throw new Error('no mapping for OceanTelemetry');
  const mapper = new RowMapper(
    protobufRecords(loadMessageType(proto, 'OceanTelemetry')),
    mapping,
    new StringDictionary(),
    0,
    0,
  );
  const order = Uint32Array.from({ length: DAY_ROWS }, (_, row) => row);
  const columns = mapper.columns.map((column) => {
    const values = allocateValues(column.type, DAY_ROWS);
    const text = column.dictionary?.internText('sbe37-3200') ?? 0;
    for (let row = 0; row < DAY_ROWS; row++) {
      if (column.role === 'time') values[row] = row * 1e6;
      else if (column.type === 'text') values[row] = text;
      else if (column.role === 'variable')
        values[row] = Math.round((20 + Math.sin(row / 5000)) * 1e4 + (row % 7)) / 1e4;
      else values[row] = column.type === 'timestamp' ? Number.NaN : 26.5;
    }
    return { column, values, order };
  });
  const started = performance.now();
  for (let day = 0; day < days; day++) await encodeRows(columns, 'sbe37-3200');
  return (days * DAY_ROWS) / ((performance.now() - started) / 1000);
}
