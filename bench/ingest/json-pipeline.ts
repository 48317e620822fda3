import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import protobuf from 'protobufjs';

/**
 * The pipeline people write in Node: protobufjs objects, lines of JSON, DuckDB sorts them into Parquet by station and day.
 * @returns seconds it took
 */
export async function jsonPipeline(capture: string, proto: string, folder: string): Promise<number> {
  const started = performance.now();
  const type = protobuf.loadSync(proto).lookupType('OceanTelemetry');
  const lines = join(folder, 'messages.ndjson');
  const out = createWriteStream(lines);
  const file = await open(capture);
  let rest = Buffer.alloc(0);
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, Buffer.from(chunk)]);
    const reader = protobuf.Reader.create(bytes);
    let text = '';
    let done = 0;
    while (reader.pos < reader.len) {
      try {
        text += `${JSON.stringify(type.toObject(type.decodeDelimited(reader), { longs: Number, defaults: true }))}\n`;
      } catch {
        break;
      }
      done = reader.pos;
    }
    rest = bytes.subarray(done);
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  const connection = await (await DuckDBInstance.create(join(folder, 'pipeline.db'))).connect();
  await connection.run(
    `COPY (SELECT make_timestamp(timestamp * 1000000) AS time, *, deviceId AS station, year(time) AS year, month(time) AS month, day(time) AS day
       FROM read_json('${lines}', format = 'newline_delimited') ORDER BY station, time)
     TO '${join(folder, 'out')}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (station, year, month, day))`,
  );
  connection.closeSync();
  return (performance.now() - started) / 1000;
}
