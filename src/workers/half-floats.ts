import {
  DataType,
  Field,
  Float32,
  makeData,
  Precision,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import { columnData } from './arrow-data';
import { readIpcSchema } from './ipc';

const isHalf = ({ type }: Field) => DataType.isFloat(type) && type.precision === Precision.HALF;

/** An Arrow IPC stream whose half floats are floats, for DuckDB takes none; the same stream where there are none. */
export function widenHalfFloats(stream: Uint8Array): Uint8Array {
  const fields = readIpcSchema(stream).fields;
  if (!fields.some(isHalf)) return stream;
  const schema = new Schema(
    fields.map((field) => (isHalf(field) ? new Field(field.name, new Float32(), field.nullable) : field)),
  );
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const batch of RecordBatchReader.from(stream)) {
    if (batch.numRows === 0) continue;
    const children = fields.map((field, index) => {
      const column = batch.getChildAt(index);
      const data = isHalf(field) && column ? columnData([...column], new Float32()) : column?.data[0];
      if (!data) throw new RangeError('a batch without all its columns');
      return data;
    });
    const rows = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children });
    writer.write(new RecordBatch(schema, rows));
  }
  return writer.finish().toUint8Array(true);
}
